// R146: missing rights, refusals, delays and keys, as Stripe's own client sees them.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import Stripe from "stripe";
import { account, refusal, session } from "./support.mjs";

const { stripe, control, paidSession } = account("faults");

after(() => control("DELETE", "account"));

test("missing rights have their own errors and leave the key free", async () => {
  for (const [kind, type] of [
    ["unauthorized_401", Stripe.errors.StripeAuthenticationError],
    ["forbidden_403", Stripe.errors.StripePermissionError],
  ]) {
    await control("POST", "faults", { endpoint: "* /v1/**", kind });
    const idempotencyKey = `${kind}-${Date.now()}`;
    const refused = await refusal(stripe.checkout.sessions.create(session(), { idempotencyKey }));
    assert.ok(refused instanceof type, refused.type);
    assert.equal(refused.rawType, "invalid_request_error");
    await control("DELETE", "faults");
    const made = await stripe.checkout.sessions.create(session(), { idempotencyKey });
    assert.equal(made.lastResponse.headers["idempotent-replayed"], undefined);
  }
});

test("a refund can be refused with a code of choice", async () => {
  const { payment_intent: intent } = await paidSession();
  const message = "Insufficient funds in your Stripe balance to refund this amount.";
  await control("POST", "faults", {
    endpoint: "POST /v1/refunds", kind: "bad_request_400", count: 1, code: "balance_insufficient", message,
  });
  const refused = await refusal(stripe.refunds.create({ payment_intent: intent.id }));
  assert.ok(refused instanceof Stripe.errors.StripeInvalidRequestError);
  assert.deepEqual([refused.code, refused.message], ["balance_insufficient", message]);
  assert.equal((await stripe.refunds.create({ payment_intent: intent.id })).status, "succeeded");
});

test("an answer may be late after the work is done", async () => {
  const { payment_intent: intent } = await paidSession();
  await control("POST", "faults", { endpoint: "POST /v1/refunds", kind: "delay_after_work", milliseconds: 2000, count: 1 });
  const begun = Date.now();
  const late = stripe.refunds.create({ payment_intent: intent.id, amount: 1 });
  let seen = [];
  while (seen.length === 0 && Date.now() - begun < 1800) {
    ({ data: seen } = await stripe.refunds.list({ payment_intent: intent.id }));
  }
  assert.equal((await late).id, seen[0].id);
  assert.ok(Date.now() - begun >= 1990);
});

test("expiry takes a key, and a key is new after a day", async () => {
  const made = await stripe.checkout.sessions.create(session());
  const idempotencyKey = `expire-${Date.now()}`;
  for (const replayed of [undefined, "true"]) {
    const expired = await stripe.checkout.sessions.expire(made.id, {}, { idempotencyKey });
    assert.equal(expired.status, "expired");
    assert.equal(expired.lastResponse.headers["idempotent-replayed"], replayed);
  }
  await control("POST", "clock/advance", { seconds: 24 * 3600 });
  await assert.rejects(stripe.checkout.sessions.expire(made.id, {}, { idempotencyKey }), Stripe.errors.StripeInvalidRequestError);
});

test("answers carry the account's time", async () => {
  const { lastResponse } = await stripe.refunds.list();
  const { now } = await control("GET", "report");
  assert.ok(Math.abs(Date.parse(lastResponse.headers.date) / 1000 - now) <= 2);
  assert.ok(now > Date.now() / 1000 + 23 * 3600);
});

test("the client keeps its connection", async () => {
  const own = account("connections");
  for (let call = 0; call < 10; call += 1) await own.stripe.refunds.list();
  assert.equal((await own.control("GET", "report")).connections, 1);
  await own.control("DELETE", "account");
});

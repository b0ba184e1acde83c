// The official Stripe library drives the running sandbox as if it were Stripe: an independent check of both.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import Stripe from "stripe";
import { account, session as plainSession } from "./support.mjs";

const { stripe, control, paidSession: pay } = account("node");

const session = () =>
  plainSession({
    client_reference_id: "order-7",
    payment_intent_data: { metadata: { order_id: "7" } },
  });

async function paidSession() {
  const { id } = await pay({ payment_intent_data: { metadata: { order_id: "7" } } });
  return stripe.checkout.sessions.retrieve(id, { expand: ["payment_intent"] });
}

// Requests as they came in; each waits until a test takes it.
const deliveries = [];
const shop = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  deliveries.push({ body: Buffer.concat(chunks), signature: request.headers["stripe-signature"] });
  shop.emit("delivery");
  response.writeHead(200).end();
});

async function delivery(wanted) {
  for (;;) {
    const place = deliveries.findIndex(({ body }) => wanted(JSON.parse(body)));
    if (place >= 0) return deliveries.splice(place, 1)[0];
    await once(shop, "delivery", { signal: AbortSignal.timeout(10_000) });
  }
}

let endpoint;

before(async () => {
  shop.listen(0, "127.0.0.1");
  await once(shop, "listening");
  endpoint = await stripe.webhookEndpoints.create({
    url: `http://127.0.0.1:${shop.address().port}/hook`,
    enabled_events: ["*"],
  });
});

after(async () => {
  await control("DELETE", "account");
  shop.closeAllConnections();
  shop.close();
});

test("PAY-13: a session is created, replayed under its key and retrieved", async () => {
  const idempotencyKey = `key-${Date.now()}`;
  const created = await stripe.checkout.sessions.create(session(), { idempotencyKey });
  assert.equal(created.amount_total, 3998);
  assert.equal(created.status, "open");
  const again = await stripe.checkout.sessions.create(session(), { idempotencyKey });
  assert.equal(again.id, created.id);
  assert.equal(again.lastResponse.headers["idempotent-replayed"], "true");
  await assert.rejects(
    stripe.checkout.sessions.create({ ...session(), client_reference_id: "other" }, { idempotencyKey }),
    (error) => error instanceof Stripe.errors.StripeIdempotencyError,
  );
  const retrieved = await stripe.checkout.sessions.retrieve(created.id);
  assert.equal(retrieved.client_reference_id, "order-7");
  const lines = await stripe.checkout.sessions.listLineItems(created.id);
  assert.equal(lines.data[0].description, "Linen shirt");
});

test("a paid session shows its payment", async () => {
  const paid = await paidSession();
  assert.equal(paid.payment_status, "paid");
  assert.equal(paid.payment_intent.status, "succeeded");
  assert.equal(paid.payment_intent.metadata.order_id, "7");
  const found = await stripe.checkout.sessions.list({ payment_intent: paid.payment_intent.id });
  assert.deepEqual(found.data.map(({ id }) => id), [paid.id]);
});

test("lists page through everything", async () => {
  for (let count = 0; count < 3; count += 1) await stripe.checkout.sessions.create(session());
  const ids = [];
  for await (const { id } of stripe.checkout.sessions.list({ limit: 2 })) ids.push(id);
  assert.ok(ids.length >= 3);
  assert.equal(new Set(ids).size, ids.length);
});

test("refunds stop at what was paid", async () => {
  const { payment_intent: intent } = await paidSession();
  const refund = await stripe.refunds.create({ payment_intent: intent.id, amount: 998 });
  assert.equal(refund.status, "succeeded");
  await assert.rejects(stripe.refunds.create({ payment_intent: intent.id, amount: 3001 }), (error) => {
    assert.ok(error instanceof Stripe.errors.StripeInvalidRequestError);
    assert.equal(error.param, "amount");
    return true;
  });
  const charge = await stripe.charges.retrieve(intent.latest_charge);
  assert.equal(charge.amount_refunded, 998);
});

test("an open session expires once", async () => {
  const created = await stripe.checkout.sessions.create(session());
  assert.equal((await stripe.checkout.sessions.expire(created.id)).status, "expired");
  await assert.rejects(stripe.checkout.sessions.expire(created.id), Stripe.errors.StripeInvalidRequestError);
});

test("errors have Stripe's classes", async () => {
  await assert.rejects(stripe.checkout.sessions.retrieve("cs_test_none"), (error) => error.code === "resource_missing");
  await control("POST", "faults", { endpoint: "GET /v1/charges", kind: "rate_limit_429", count: 1 });
  await assert.rejects(stripe.charges.list(), Stripe.errors.StripeRateLimitError);
  // Until cleared: the library tries once more by itself when a connection it kept open is closed.
  await control("POST", "faults", { endpoint: "GET /v1/charges", kind: "drop_after_work" });
  await assert.rejects(stripe.charges.list(), Stripe.errors.StripeConnectionError);
  await control("DELETE", "faults");
});

test("a received event has a signature the library accepts", async () => {
  const paid = await paidSession();
  const { body, signature } = await delivery(
    (event) => event.type === "checkout.session.completed" && event.data.object.id === paid.id,
  );
  const event = stripe.webhooks.constructEvent(body, signature, endpoint.secret);
  assert.equal(event.data.object.payment_status, "paid");
  assert.throws(
    () => stripe.webhooks.constructEvent(body, signature, "whsec_other"),
    Stripe.errors.StripeSignatureVerificationError,
  );
  const retrieved = await stripe.events.retrieve(event.id);
  assert.equal(retrieved.type, "checkout.session.completed");
  const listed = await stripe.events.list({ types: ["checkout.session.completed"], limit: 100 });
  assert.ok(listed.data.some(({ id }) => id === event.id));
});

test("two signatures while a secret is rotated are both accepted", async () => {
  await control("POST", "webhooks/mode", { mode: "several_v1", secret: "whsec_next" });
  const paid = await paidSession();
  const { body, signature } = await delivery(
    (event) => event.type === "payment_intent.succeeded" && event.data.object.id === paid.payment_intent.id,
  );
  for (const secret of [endpoint.secret, "whsec_next"]) {
    assert.equal(stripe.webhooks.constructEvent(body, signature, secret).type, "payment_intent.succeeded");
  }
  await control("POST", "webhooks/mode", { mode: "normal" });
});

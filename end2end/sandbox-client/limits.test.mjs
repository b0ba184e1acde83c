// R146: what Stripe refuses in a new session, through its own client.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { account, line, refusal, session } from "./support.mjs";

const { stripe, control, paidSession } = account("limits");

after(() => control("DELETE", "account"));

const create = (changes) => stripe.checkout.sessions.create(session(changes));
const one = (currency, amount, quantity) => ({ line_items: [line(currency, amount, quantity)] });

test("a session has at most 100 lines", async () => {
  const lines = (count) => Array.from({ length: count }, () => line("eur", 100));
  assert.equal((await create({ line_items: lines(100) })).amount_total, 10_000);
  assert.equal((await refusal(create({ line_items: lines(101) }))).param, "line_items");
});

test("amounts have a smallest and a largest value by currency", async () => {
  for (const [currency, smallest, largest] of [
    ["eur", 50, 99_999_999],
    ["gbp", 30, 99_999_999],
    ["jpy", 50, 99_999_999],
    ["huf", 17_500, 99_999_999],
    ["idr", 50, 999_999_999_999],
  ]) {
    assert.equal((await create(one(currency, smallest))).amount_total, smallest);
    assert.equal((await create(one(currency, largest))).amount_total, largest);
    assert.equal((await refusal(create(one(currency, smallest - 1)))).code, "amount_too_small");
    assert.equal((await refusal(create(one(currency, largest + 1)))).code, "amount_too_large");
  }
  assert.equal((await refusal(create(one("eur", 50_000_000, 2)))).code, "amount_too_large");
});

test("three-decimal and whole-unit currencies go in steps", async () => {
  for (const [currency, step] of [["kwd", 10], ["bhd", 10], ["isk", 100], ["ugx", 100]]) {
    assert.equal((await create(one(currency, 50 * step))).currency, currency);
    assert.equal((await refusal(create(one(currency, 50 * step + 1)))).code, "invalid_charge_amount");
  }
});

test("currencies without charges are refused", async () => {
  for (const currency of ["iqd", "lyd", "irr", "kpw", "sdg", "syp", "cup"]) {
    assert.equal((await refusal(create(one(currency, 5000)))).param, "line_items[0][price_data][currency]");
  }
});

test("names, metadata and times have their limits", async () => {
  const named = (name) => ({ line_items: [{ ...line("eur", 100), price_data: { currency: "eur", unit_amount: 100, product_data: { name } } }] });
  assert.equal((await refusal(create(named("")))).code, "parameter_invalid_empty");
  assert.equal((await refusal(create(named("n".repeat(251))))).param, "line_items[0][price_data][product_data][name]");
  assert.equal((await refusal(create({ metadata: { ["k".repeat(41)]: "v" } }))).param, "metadata");
  assert.equal((await refusal(create({ metadata: { k: "v".repeat(501) } }))).param, "metadata");
  const now = Math.floor(Date.now() / 1000);
  for (const seconds of [29 * 60, 24 * 3600 + 60]) {
    assert.equal((await refusal(create({ expires_at: now + seconds }))).param, "expires_at");
  }
});

test("unknown parameters are refused by name", async () => {
  const error = await refusal(create({ payment_intent_data: { order: "7" } }));
  assert.deepEqual([error.code, error.param], ["parameter_unknown", "payment_intent_data[order]"]);
});

test("description, metadata and address reach the payment and its charge", async () => {
  const address = { line1: "1 High St", line2: null, city: "Leeds", postal_code: "LS1 1AA", state: null, country: "GB" };
  const sent = { line1: "1 High St", city: "Leeds", postal_code: "LS1 1AA", country: "GB" };
  const paid = await paidSession({
    payment_intent_data: {
      description: "Order 7",
      metadata: { attempt_id: "a1" },
      shipping: { name: "Ann Other", phone: "+44123", address: sent },
    },
  });
  for (const object of [paid.payment_intent, paid.payment_intent.latest_charge]) {
    assert.equal(object.description, "Order 7");
    assert.deepEqual({ ...object.metadata }, { attempt_id: "a1" });
    assert.equal(object.shipping.name, "Ann Other");
    assert.equal(object.shipping.phone, "+44123");
    assert.deepEqual({ ...object.shipping.address }, address);
  }
  const report = await control("GET", "report");
  assert.equal(report.payment_intents[paid.payment_intent.id].attempt_id, "a1");
});

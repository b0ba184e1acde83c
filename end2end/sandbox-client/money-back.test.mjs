// R146: the states of refunds and disputes, and payments in another currency, through Stripe's own client.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { account, refusal } from "./support.mjs";

const { stripe, control, paidSession } = account("money_back");

after(() => control("DELETE", "account"));

async function refundedOf(intent) {
  const { payment_intents: intents } = await control("GET", "report");
  return intents[intent.id].money.refunded;
}

test("a refund goes through its states", async () => {
  for (const [begin, ways, refunded] of [
    ["pending", ["succeeded", "failed"], 0],
    ["pending", ["canceled"], 0],
    ["requires_action", ["succeeded"], 1000],
    ["failed", [], 0],
  ]) {
    const { payment_intent: intent } = await paidSession();
    await control("POST", "refunds/begin", { status: begin });
    const refund = await stripe.refunds.create({ payment_intent: intent.id, amount: 1000, metadata: { refund_id: "r1" } });
    assert.equal(refund.status, begin);
    for (const status of ways) {
      await control("POST", `refunds/${refund.id}/status`, { status });
      assert.equal((await stripe.refunds.retrieve(refund.id)).status, status);
    }
    assert.equal(await refundedOf(intent), refunded);
    assert.equal((await stripe.charges.retrieve(intent.latest_charge.id)).amount_refunded, refunded);
  }
  await control("POST", "refunds/begin", { status: "requires_action" });
  const { payment_intent: intent } = await paidSession();
  const waiting = await stripe.refunds.create({ payment_intent: intent.id });
  assert.ok(waiting.next_action.display_details.expires_at > waiting.created);
  assert.equal((await stripe.refunds.cancel(waiting.id)).status, "canceled");
  await control("POST", "refunds/begin", { status: "succeeded" });
});

test("refunds are listed to the end", async () => {
  const { payment_intent: intent } = await paidSession();
  for (let count = 0; count < 5; count += 1) await stripe.refunds.create({ payment_intent: intent.id, amount: 1 });
  const ids = [];
  for await (const { id } of stripe.refunds.list({ payment_intent: intent.id, limit: 2 })) ids.push(id);
  assert.equal(new Set(ids).size, 5);
  assert.equal((await refusal(stripe.refunds.list({ limit: 101 }))).param, "limit");
});

test("an inquiry becomes a dispute and is decided", async () => {
  const { payment_intent: intent } = await paidSession();
  const { id } = await control("POST", "disputes", { payment_intent: intent.id, kind: "inquiry" });
  const inquiry = await stripe.disputes.retrieve(id);
  assert.deepEqual([inquiry.status, inquiry.is_charge_refundable], ["warning_needs_response", true]);
  assert.ok(inquiry.evidence_details.due_by > inquiry.created);
  for (const status of ["needs_response", "under_review", "lost"]) {
    await control("POST", `disputes/${id}/status`, { status });
    const { data: [listed] } = await stripe.disputes.list({ payment_intent: intent.id, created: { gte: inquiry.created } });
    assert.equal(listed.status, status);
    assert.equal(listed.balance_transactions[0].net, -3998 - 1500);
    assert.equal((await refusal(stripe.refunds.create({ payment_intent: intent.id }))).code, "charge_disputed");
  }
  const { data } = await stripe.events.list({ types: ["charge.dispute.*"], limit: 100 });
  assert.deepEqual(
    data.filter((event) => event.data.object.id === id).map(({ type }) => type.replace("charge.dispute.", "")),
    ["closed", "updated", "funds_withdrawn", "updated", "created"],
  );
});

test("a won dispute gives the money back", async () => {
  const { payment_intent: intent } = await paidSession();
  const { id } = await control("POST", "disputes", { payment_intent: intent.id, fee: 2000 });
  await control("POST", `disputes/${id}/close`, { outcome: "won" });
  const dispute = await stripe.disputes.retrieve(id);
  assert.deepEqual(dispute.balance_transactions.map(({ net }) => net), [-5998, 3998]);
  assert.equal((await stripe.refunds.create({ payment_intent: intent.id })).status, "succeeded");
});

test("adaptive pricing shows another currency, unless it is off", async () => {
  await control("POST", "currency", { presentment_currency: "usd", rate_basis_points: 11_000 });
  const shown = await paidSession();
  assert.deepEqual([shown.currency, shown.amount_total], ["eur", 3998]);
  for (const object of [shown, shown.payment_intent, shown.payment_intent.latest_charge]) {
    assert.deepEqual({ ...object.presentment_details }, { presentment_amount: 4397, presentment_currency: "usd" });
  }
  const off = await paidSession({ adaptive_pricing: { enabled: false } });
  assert.equal(off.presentment_details, null);
  await control("POST", "currency", { forced_currency: "usd", rate_basis_points: 11_000 });
  const forced = await paidSession({ adaptive_pricing: { enabled: false } });
  assert.deepEqual([forced.payment_intent.currency, forced.payment_intent.amount_received], ["usd", 4396]);
  await control("POST", "currency", {});
});

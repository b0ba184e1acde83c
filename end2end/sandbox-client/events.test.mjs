// R146: late lists, events of another product and webhooks that fail, through Stripe's own client.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { account, refusal } from "./support.mjs";

const { stripe, control, paidSession } = account("events");

const received = [];
const shop = createServer((request, response) => {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk)).on("end", () => {
    received.push(JSON.parse(Buffer.concat(chunks)));
    shop.emit("delivery");
    response.writeHead(500).end();
  });
});

async function arrivals(id, count) {
  while (received.filter((event) => event.id === id).length < count) {
    await once(shop, "delivery", { signal: AbortSignal.timeout(10_000) });
  }
}

before(async () => {
  shop.listen(0, "127.0.0.1");
  await once(shop, "listening");
  await stripe.webhookEndpoints.create({
    url: `http://127.0.0.1:${shop.address().port}/hook`,
    enabled_events: ["payment_intent.succeeded", "checkout.session.completed"],
  });
});

after(async () => {
  await control("DELETE", "account");
  shop.closeAllConnections();
  shop.close();
});

test("a failing delivery is tried again when it is set to", async () => {
  await control("POST", "webhooks/retries", { seconds: [0.05, 0.05] });
  await paidSession();
  const { data: [event] } = await stripe.events.list({ type: "payment_intent.succeeded" });
  await arrivals(event.id, 3);
  let delivery;
  for (const end = Date.now() + 5000; Date.now() < end && delivery?.state !== "given_up"; ) {
    const { data } = await control("GET", "events");
    [delivery] = data.find(({ id }) => id === event.id).deliveries;
  }
  assert.deepEqual([delivery.state, delivery.attempts], ["given_up", 3]);
});

test("dropped events are found by asking for undelivered ones", async () => {
  await control("POST", "webhooks/mode", { mode: "drop" });
  const paid = await paidSession();
  await control("POST", "webhooks/mode", { mode: "normal" });
  const { data: [event] } = await stripe.events.list({ types: ["checkout.session.completed"], delivery_success: false });
  assert.equal(event.data.object.id, paid.id);
  assert.equal(received.some(({ id }) => id === event.id), false);
});

test("events are asked for by at most 20 types", async () => {
  const types = (count) => Array.from({ length: count }, () => "charge.succeeded");
  const since = Math.floor(Date.now() / 1000) - 3600;
  const { data } = await stripe.events.list({ types: types(20), created: { gte: since } });
  assert.ok(data.every(({ type }) => type === "charge.succeeded") && data.length > 0);
  assert.deepEqual(data.map(({ created }) => created), data.map(({ created }) => created).sort((a, b) => b - a));
  assert.equal((await refusal(stripe.events.list({ types: types(21) }))).param, "types");
});

test("another product's events name objects that can be retrieved", async () => {
  const foreign = await control("POST", "events/foreign", { currency: "usd" });
  const session = await stripe.checkout.sessions.retrieve(foreign.session);
  assert.deepEqual([session.payment_status, session.metadata.order_id], ["paid", undefined]);
  assert.equal((await stripe.paymentIntents.retrieve(foreign.payment_intent)).status, "succeeded");
  assert.equal((await stripe.refunds.retrieve(foreign.refund)).payment_intent, foreign.payment_intent);
  assert.equal((await stripe.disputes.retrieve(foreign.dispute)).charge, foreign.charge);
  for (const { id, type } of foreign.events) assert.equal((await stripe.events.retrieve(id)).type, type);
  const report = await control("GET", "report");
  assert.equal(report.payment_intents[foreign.payment_intent], undefined);
  assert.ok(report.foreign.payment_intents[foreign.payment_intent]);
});

test("lists may be late while an id is not", async () => {
  await control("POST", "lists", { list_lag_seconds: 3600 });
  const { id, payment_intent: intent } = await paidSession();
  const refund = await stripe.refunds.create({ payment_intent: intent.id, amount: 1 });
  const listed = async () => {
    const [sessions, refunds] = await Promise.all([
      stripe.checkout.sessions.list({ payment_intent: intent.id }),
      stripe.refunds.list({ payment_intent: intent.id }),
    ]);
    return [...sessions.data, ...refunds.data].map((object) => object.id);
  };
  assert.deepEqual(await listed(), []);
  assert.equal((await stripe.refunds.retrieve(refund.id)).amount, 1);
  await control("POST", "clock/advance", { seconds: 3600 });
  assert.deepEqual(await listed(), [id, refund.id]);
  await control("POST", "lists", { list_lag_seconds: 0 });
});

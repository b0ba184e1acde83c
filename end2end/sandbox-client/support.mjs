// An account of its own at the sandbox for each test file, and what a test does there beside Stripe's API.
//
// STRIPE_API_BASE is the sandbox's address, such as http://127.0.0.1:12111.

import assert from "node:assert/strict";
import Stripe from "stripe";

export const base = new URL(process.env.STRIPE_API_BASE ?? "http://127.0.0.1:12111");

export function account(name) {
  const secretKey = `sk_test_${name}_${process.pid}_${Date.now()}`;
  const stripe = new Stripe(secretKey, {
    protocol: base.protocol.replace(":", ""),
    host: base.hostname,
    port: base.port,
    maxNetworkRetries: 0,
  });

  async function control(method, path, body) {
    const response = await fetch(new URL(`/sandbox/${path}`, base), {
      method,
      headers: { authorization: `Bearer ${secretKey}`, "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    assert.equal(response.status, 200, await response.clone().text());
    return response.json();
  }

  async function paidSession(changes) {
    const created = await stripe.checkout.sessions.create(session(changes));
    const paid = await control("POST", `sessions/${created.id}/pay`, { card: "4242424242424242" });
    assert.equal(paid.outcome, "paid");
    return stripe.checkout.sessions.retrieve(created.id, { expand: ["payment_intent.latest_charge"] });
  }

  return { secretKey, stripe, control, paidSession };
}

export const line = (currency, unitAmount, quantity = 1) => ({
  price_data: { currency, unit_amount: unitAmount, product_data: { name: "Linen shirt" } },
  quantity,
});

export const session = (changes = {}) => ({
  mode: "payment",
  line_items: [line("eur", 1999, 2)],
  success_url: "http://shop.test/return?session_id={CHECKOUT_SESSION_ID}",
  cancel_url: "http://shop.test/cart",
  metadata: { order_id: "7" },
  ...changes,
});

/** The error a call is refused with. */
export async function refusal(call) {
  try {
    await call;
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError) return error;
    throw error;
  }
  assert.fail("The call was not refused.");
}

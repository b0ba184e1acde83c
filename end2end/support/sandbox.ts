// Calls to the sandbox's control API. They use Node's client, because Playwright's client would write
// the key into its records.

import { sandboxKey, sandboxUrl } from './environment';

export interface Session {
  id: string;
  status: 'open' | 'complete' | 'expired';
  payment_status: 'paid' | 'unpaid' | 'no_payment_required';
  client_reference_id: string | null;
  customer_email: string | null;
  amount_total: number;
}

async function call(method: 'GET' | 'POST', path: string, body?: unknown): Promise<unknown> {
  const answer = await fetch(`${sandboxUrl()}${path}`, {
    method,
    headers: { authorization: `Bearer ${sandboxKey()}`, 'content-type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`The sandbox answered ${answer.status} to ${method} ${path}.`);
  return answer.json();
}

/** For the whole account, so for all tests that run meanwhile. */
export async function setWebhookMode(mode: 'normal' | 'withhold'): Promise<void> {
  await call('POST', '/sandbox/webhooks/mode', { mode });
}

/** Lets everything go that was withheld. */
export async function releaseWebhooks(): Promise<void> {
  await call('POST', '/sandbox/webhooks/flush', {});
}

/** How often each event about a session was delivered. */
export async function deliveredEvents(session: string): Promise<number> {
  const { data } = (await call('GET', '/sandbox/events')) as { data: { data: { object: { id: string } }; deliveries: { attempts: number }[] }[] };
  const about = data.filter((event) => event.data.object.id === session);
  return about.flatMap((event) => event.deliveries).filter((delivery) => delivery.attempts > 0).length;
}

/** The payment sessions ever made for a shopper, newest first. */
export async function sessionsOf(email: string): Promise<Session[]> {
  const { data } = (await call('GET', '/v1/checkout/sessions?limit=100')) as { data: Session[] };
  return data.filter((session) => session.customer_email === email);
}

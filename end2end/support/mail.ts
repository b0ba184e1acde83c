// The mails the store has sent, as the mail sink shows them.

import { expect } from './test';
import { baseUrl, mailUrl } from './environment';

export interface Mail {
  subject: string;
  text: string | null;
  html: string | null;
}

export async function mailsTo(email: string): Promise<Mail[]> {
  const answer = await fetch(`${mailUrl()}/api/messages?to=${encodeURIComponent(email)}`);
  if (!answer.ok) throw new Error(`The mail sink answered ${answer.status}.`);
  return (await answer.json()) as Mail[];
}

/** The one confirmation of an order; sent by a background job, so it may take a moment. */
export async function confirmation(email: string, number: string): Promise<Mail> {
  await expect.poll(async () => (await mailsTo(email)).length, { message: `a mail to ${email}`, timeout: 20_000 }).toBe(1);
  const [mail] = await mailsTo(email);
  expect(mail.subject).toContain(number);
  return mail;
}

/** The path of the link to the order in its mail. */
export function orderLink(mail: Mail, number: string): string {
  const found = mail.text?.match(/https?:\/\/\S+\/order\/\S+/)?.[0];
  expect(found, 'a link in the mail').toBeTruthy();
  expect(mail.html, 'the same link in the HTML part').toContain(String(found).replaceAll('&', '&#38;'));
  const link = new URL(String(found));
  expect(link.origin).toBe(new URL(baseUrl).origin);
  expect(link.pathname).toBe(`/order/${number}`);
  expect(link.searchParams.get('key')).toBeTruthy();
  return link.pathname + link.search;
}

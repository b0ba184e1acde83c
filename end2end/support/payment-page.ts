// The sandbox's hosted payment page.

import { expect, type Page } from './test';
import { euros } from './money';
import personal from './personal.json';

export const Card = personal.cards;

export async function expectPaymentPage(page: Page, total: number): Promise<void> {
  await expect(page.getByRole('button', { name: `Pay ${euros(total)}` })).toBeVisible();
}

export async function payByCard(page: Page, number: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Card number' }).fill(number);
  await page.getByRole('textbox', { name: 'Expiry date' }).fill('12/34');
  await page.getByRole('textbox', { name: 'Security code' }).fill('123');
  await page.getByRole('textbox', { name: 'Name on card' }).fill(personal.nameOnCard);
  await page.getByRole('button', { name: /^Pay €/ }).click();
}

// The sandbox's hosted payment page.

import { expect, type Page } from './test';
import { euros } from './money';

export const Card = {
  paid: '4242 4242 4242 4242',
  declined: '4000 0000 0000 0002',
  withoutMoney: '4000 0000 0000 9995',
  challenged: '4000 0025 0000 3155',
} as const;

export async function expectPaymentPage(page: Page, total: number): Promise<void> {
  await expect(page.getByRole('button', { name: `Pay ${euros(total)}` })).toBeVisible();
}

export async function payByCard(page: Page, number: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Card number' }).fill(number);
  await page.getByRole('textbox', { name: 'Expiry date' }).fill('12/34');
  await page.getByRole('textbox', { name: 'Security code' }).fill('123');
  await page.getByRole('textbox', { name: 'Name on card' }).fill('A van der Berg');
  await page.getByRole('button', { name: /^Pay €/ }).click();
}

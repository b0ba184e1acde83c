// The order's page.

import { expect, type Page } from './test';
import { agreeToTerms, payButton } from './checkout';
import { amount } from './page';
import { cents, euros } from './money';
import { Card, expectPaymentPage, payByCard } from './payment-page';

export const ORDER_ADDRESS = /\/order\/([^/?]+)$/;

export function orderNumber(page: Page): string {
  const found = ORDER_ADDRESS.exec(page.url());
  if (!found) throw new Error(`${page.url()} is not an order's address.`);
  return found[1];
}

export function orderCosts(page: Page) {
  return page.getByRole('region', { name: 'What it costs' });
}

/** The page of a paid order; answers its number. */
export async function expectPaidOrder(page: Page, total: number): Promise<string> {
  await expect(page).toHaveURL(ORDER_ADDRESS);
  const number = orderNumber(page);
  await expect(page.getByRole('heading', { level: 1, name: `Order ${number}` })).toBeVisible();
  await expect(orderCosts(page).getByText('Payment: Paid')).toBeVisible();
  await expect(amount(orderCosts(page), 'Total')).toHaveText(euros(total));
  await expect(page.getByRole('main').getByRole('listitem').and(page.locator('[aria-current="step"]'))).toContainText('Paid');
  return number;
}

/** Buys from a shipping step that a saved address has filled in. Returns the order's number. */
export async function buyAsFilledIn(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Continue to review' }).click();
  const total = cents(await payButton(page).innerText());
  await agreeToTerms(page).check();
  await payButton(page).click();
  await expectPaymentPage(page, total);
  await payByCard(page, Card.paid);
  return expectPaidOrder(page, total);
}

/** The page of an order that waits for its payment. */
export async function expectUnpaidOrder(page: Page, total: number): Promise<string> {
  await expect(page).toHaveURL(ORDER_ADDRESS);
  await expect(page.getByText('You have not been charged.')).toBeVisible();
  await expect(page.getByRole('button', { name: `Pay ${euros(total)}` })).toBeVisible();
  await expect(orderCosts(page).getByText('Payment: Paid')).toHaveCount(0);
  return orderNumber(page);
}

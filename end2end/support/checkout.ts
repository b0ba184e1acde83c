// The three steps between the cart and the payment page.

import { expect, type Locator, type Page, type Shopper } from './test';
import { cents } from './money';

export async function startCheckout(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Go to checkout' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Checkout' })).toBeVisible();
}

export async function fillContact(page: Page, shopper: Shopper): Promise<void> {
  await expect(page).toHaveURL(/step=contact/);
  await page.getByRole('textbox', { name: 'E-mail address' }).fill(shopper.email);
  await page.getByRole('button', { name: 'Continue to shipping' }).click();
}

/** Fills in the address of the shop's own country and takes the delivery that is chosen already. */
export async function fillShipping(page: Page, shopper: Shopper): Promise<void> {
  await expect(page).toHaveURL(/step=shipping/);
  await expect(page.getByRole('combobox', { name: 'Country' })).toHaveValue('NL');
  await page.getByRole('textbox', { name: 'Full name' }).fill(shopper.name);
  await page.getByRole('textbox', { name: 'Street and house number' }).fill(shopper.street);
  await page.getByRole('textbox', { name: 'Postcode' }).fill(shopper.postcode);
  await page.getByRole('textbox', { name: 'City' }).fill(shopper.city);
  await page.getByRole('button', { name: 'Continue to review' }).click();
  await expect(page).toHaveURL(/step=review/);
}

/** The one button of the review, which says what it costs. */
export function payButton(page: Page): Locator {
  return page.getByRole('button', { name: /^Pay €/ });
}

export function agreeToTerms(page: Page): Locator {
  return page.getByRole('checkbox', { name: /I agree to the terms/ });
}

/** From the cart to the review, ready to pay; answers the total in cents. */
export async function goToReview(page: Page, shopper: Shopper): Promise<number> {
  await startCheckout(page);
  await fillContact(page, shopper);
  await fillShipping(page, shopper);
  await agreeToTerms(page).check();
  return cents(await payButton(page).innerText());
}

/** From the cart to the payment page; answers the total in cents. */
export async function goToPaymentPage(page: Page, shopper: Shopper): Promise<number> {
  const total = await goToReview(page, shopper);
  await payButton(page).click();
  await expect(page.getByText('Sandbox – no real money moves')).toBeVisible();
  return total;
}

// The same with scripts blocked, on the payment page too: every step is a plain form.

import { expect, test } from '../support/test';
import { addToCart, cartLine, cartSummary } from '../support/cart';
import { Department, chooseVariant, openGoods } from '../support/catalogue';
import { agreeToTerms, fillContact, fillShipping, payButton, startCheckout } from '../support/checkout';
import { confirmation, orderLink } from '../support/mail';
import { cents, euros } from '../support/money';
import { expectPaidOrder } from '../support/order';
import { amount } from '../support/page';
import { Card, expectPaymentPage, payByCard } from '../support/payment-page';
import personal from '../support/personal.json';

test.use({ javaScriptEnabled: false });

test('a guest without scripts chooses a variant, pays and opens the order from the mail', async ({ page, browser, shopper, isMobile }) => {
  const { name } = await chooseVariant(page, isMobile ? Department.Bags : Department.Shoes);
  await expect(page).toHaveURL(/\?sku=/);

  await test.step('each change of the cart is answered by the cart, with a word on it', async () => {
    await addToCart(page, 'without scripts');
    await expect(page.getByText('Added to your cart.')).toBeVisible();
    const line = cartLine(page, name);
    const unit = cents(await line.getByText(/ each$/).innerText());
    await line.getByRole('button', { name: 'One more' }).click();
    await expect(page.getByText('Your cart is up to date.')).toBeVisible();
    await expect(amount(cartSummary(page), 'Items')).toHaveText(euros(2 * unit));
    const quantity = line.getByRole('textbox', { name: 'Quantity' });
    await expect(quantity).toHaveValue('2');
    await quantity.fill('3');
    await line.getByRole('button', { name: 'Update' }).click();
    await expect(amount(cartSummary(page), 'Items')).toHaveText(euros(3 * unit));
    await line.getByRole('button', { name: 'One less' }).click();
    await expect(amount(cartSummary(page), 'Items')).toHaveText(euros(2 * unit));
  });

  await startCheckout(page);
  await fillContact(page, shopper);
  await fillShipping(page, shopper);
  const total = cents(await payButton(page).innerText());
  await agreeToTerms(page).check();
  await payButton(page).click();
  await expectPaymentPage(page, total);
  await payByCard(page, Card.paid);
  const number = await expectPaidOrder(page, total);

  await test.step('the mailed link works without scripts as well', async () => {
    const link = orderLink(await confirmation(shopper.email, number), number);
    const elsewhere = await browser.newContext({ javaScriptEnabled: false });
    const other = await elsewhere.newPage();
    await other.goto(link);
    await other.getByRole('button', { name: 'Show my order' }).click();
    expect(await expectPaidOrder(other, total)).toBe(number);
    await elsewhere.close();
  });
});

test('an address is kept when the country changes, and its fields follow', async ({ page, shopper, isMobile }) => {
  await openGoods(page, isMobile ? Department.Garden : Department.Kitchen);
  await addToCart(page, 'without scripts');
  await startCheckout(page);
  await fillContact(page, shopper);
  await page.getByRole('textbox', { name: 'Full name' }).fill(shopper.name);
  await page.getByRole('textbox', { name: 'Street and house number' }).fill(personal.abroad.street);
  await page.getByRole('combobox', { name: 'Country' }).selectOption('US');
  await page.getByRole('button', { name: 'Update country' }).click();
  await expect(page.getByRole('combobox', { name: 'Country' })).toHaveValue('US');
  await expect(page.getByRole('textbox', { name: 'Full name' })).toHaveValue(shopper.name);
  await expect(page.getByRole('textbox', { name: 'Street and house number' })).toHaveValue(personal.abroad.street);
  await page.getByRole('textbox', { name: 'City' }).fill(personal.abroad.city);
  await page.getByRole('combobox', { name: 'State' }).selectOption({ label: 'California' });
  await page.getByRole('textbox', { name: 'ZIP code' }).fill(personal.abroad.zip);
  await expect(page.getByRole('radio', { name: /Tracked parcel/ })).toBeChecked();
  await page.getByRole('button', { name: 'Continue to review' }).click();
  await expect(page).toHaveURL(/step=review/);
  await expect(page.getByRole('main')).toContainText('United States');
  await page.getByRole('link', { name: 'Edit contact' }).click();
  await expect(page).toHaveURL(/step=contact/);
  await expect(page.getByRole('textbox', { name: 'E-mail address' })).toHaveValue(shopper.email);
});

// A shopper who leaves the payment page: nothing is lost, nothing is charged, and the goods stay held.

import { expect, test } from '../support/test';
import { addToCart, cartLine, cartLink, cartSummary } from '../support/cart';
import { Department, openScarceGoods, openGoods } from '../support/catalogue';
import { goToPaymentPage } from '../support/checkout';
import { euros } from '../support/money';
import { expectPaidOrder, expectUnpaidOrder } from '../support/order';
import { amount } from '../support/page';
import { Card, expectPaymentPage, payByCard } from '../support/payment-page';
import { sessionsOf } from '../support/sandbox';

test('back in the shop the cart is as before, and the order waits to be paid', async ({ page, shopper }) => {
  const goods = await openGoods(page, Department.Furniture);
  await addToCart(page, 'with scripts', 2);
  const items = await amount(cartSummary(page), 'Items').innerText();
  const total = await goToPaymentPage(page, shopper);

  await page.goto('/');
  await expect(cartLink(page)).toHaveText('Cart2');
  await cartLink(page).click();
  await expect(cartLine(page, goods.name).getByRole('textbox', { name: 'Quantity' })).toHaveValue('2');
  await expect(amount(cartSummary(page), 'Items')).toHaveText(items);

  await page.getByRole('link', { name: 'Go to checkout' }).click();
  await expect(page.getByText('is waiting for its payment.')).toBeVisible();
  await page.getByRole('link', { name: 'Look at it' }).click();
  const number = await expectUnpaidOrder(page, total);
  await page.getByRole('button', { name: `Pay ${euros(total)}` }).click();
  await expectPaymentPage(page, total);
  expect(await sessionsOf(shopper.email), 'payment sessions').toHaveLength(1);
  await payByCard(page, Card.paid);
  expect(await expectPaidOrder(page, total)).toBe(number);
});

test('the last units are held for the one who went to pay, and for nobody else', async ({ page, browser, shopper }) => {
  const goods = await openScarceGoods(page);
  await addToCart(page, 'with scripts', goods.left);

  const elsewhere = await browser.newContext();
  const rival = await elsewhere.newPage();
  await rival.goto(goods.path);
  await addToCart(rival, 'with scripts', goods.left);

  const total = await goToPaymentPage(page, shopper);

  await test.step('another shopper is told so in the cart and on the product page', async () => {
    await rival.reload();
    await expect(cartLine(rival, goods.name).getByText(/Sold out|Only \d+ left/)).toBeVisible();
    await expect(rival.getByRole('link', { name: 'Go to checkout' })).toHaveCount(0);
    await rival.goto('/checkout');
    await expect(rival).toHaveURL(/\/cart$/);
    await rival.goto(goods.path);
    await expect(rival.getByRole('main').getByText('Sold out at the moment')).toBeVisible();
    await expect(rival.getByRole('button', { name: 'Sold out' })).toBeDisabled();
    await elsewhere.close();
  });

  await test.step('their own hold is never in their way', async () => {
    await page.goto('/cart');
    await expect(cartLine(page, goods.name).getByText(/Sold out|Only \d+ left/)).toHaveCount(0);
    await page.getByRole('link', { name: 'Go to checkout' }).click();
    await page.getByRole('link', { name: 'Look at it' }).click();
    await expectUnpaidOrder(page, total);
    await page.getByRole('button', { name: `Pay ${euros(total)}` }).click();
    await payByCard(page, Card.paid);
    await expectPaidOrder(page, total);
  });
});

// A card that is refused, a payment that is broken off, a bank that asks: one order, paid once.

import { expect, test } from '../support/test';
import { addToCart } from '../support/cart';
import { Department, openGoods } from '../support/catalogue';
import { goToPaymentPage } from '../support/checkout';
import { confirmation } from '../support/mail';
import { euros } from '../support/money';
import { expectPaidOrder, expectUnpaidOrder } from '../support/order';
import { Card, expectPaymentPage, payByCard } from '../support/payment-page';
import { sessionsOf } from '../support/sandbox';

test('a declined card costs nothing, and the same order is paid with another one', async ({ page, shopper }) => {
  await openGoods(page, Department.Kitchen);
  await addToCart(page, 'with scripts');
  const total = await goToPaymentPage(page, shopper);

  await payByCard(page, Card.declined);
  await expect(page.getByText('Your card was declined.')).toBeVisible();
  await payByCard(page, Card.withoutMoney);
  await expect(page.getByText('Your card has insufficient funds.')).toBeVisible();

  await page.getByRole('link', { name: 'Cancel and return' }).click();
  const number = await expectUnpaidOrder(page, total);

  await page.getByRole('button', { name: `Pay ${euros(total)}` }).click();
  await expectPaymentPage(page, total);
  await payByCard(page, Card.paid);
  expect(await expectPaidOrder(page, total)).toBe(number);
  await confirmation(shopper.email, number);

  const sessions = await sessionsOf(shopper.email);
  expect(sessions.filter((session) => session.payment_status === 'paid')).toHaveLength(1);
  expect(sessions.filter((session) => session.status === 'open')).toHaveLength(0);
});

test('a bank that asks for confirmation: refused first, then given', async ({ page, shopper }) => {
  await openGoods(page, Department.Table);
  await addToCart(page, 'with scripts');
  const total = await goToPaymentPage(page, shopper);

  await payByCard(page, Card.challenged);
  await expect(page.getByRole('heading', { level: 1, name: 'Confirm this payment' })).toBeVisible();
  await page.getByRole('button', { name: 'Fail' }).click();
  await expectPaymentPage(page, total);
  await expect(page.getByRole('alert')).toBeVisible();

  await payByCard(page, Card.challenged);
  await page.getByRole('button', { name: 'Complete' }).click();
  await expectPaidOrder(page, total);
});

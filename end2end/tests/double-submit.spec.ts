// Pressing twice, in one tab or in two, orders once.

import { expect, test, type Page } from '../support/test';
import { addToCart } from '../support/cart';
import { agreeToTerms, goToReview, payButton } from '../support/checkout';
import { Department, openGoods } from '../support/catalogue';
import { mailsTo, confirmation } from '../support/mail';
import { expectPaidOrder } from '../support/order';
import { Card, expectPaymentPage, payByCard } from '../support/payment-page';
import { sessionsOf } from '../support/sandbox';

test('two quick presses make one order', async ({ page, shopper }) => {
  await openGoods(page, Department.Stationery);
  await addToCart(page, 'with scripts');
  const total = await goToReview(page, shopper);
  await payButton(page).dblclick();
  await expectPaymentPage(page, total);
  expect(await sessionsOf(shopper.email), 'payment sessions').toHaveLength(1);
  await payByCard(page, Card.paid);
  const number = await expectPaidOrder(page, total);
  await confirmation(shopper.email, number);

  await test.step('the review that was sent leads to the same order when it is sent again', async () => {
    await page.goBack();
    await page.goForward();
    expect(await expectPaidOrder(page, total)).toBe(number);
  });
  expect(await mailsTo(shopper.email)).toHaveLength(1);
});

test('a press whose answer was lost, and a second one, make one order that the shopper sees', async ({ page, context, playwright, shopper }) => {
  await openGoods(page, Department.Play);
  await addToCart(page, 'with scripts');
  const total = await goToReview(page, shopper);

  // The store does its work, but the browser never hears of it: neither of the redirect nor of its cookies.
  const form = page.locator('form').filter({ has: payButton(page) });
  const fields = await form.evaluate((form) => Object.fromEntries([...new FormData(form as HTMLFormElement)].map(([name, value]) => [name, String(value)])));
  const cookies = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
  const elsewhere = await playwright.request.newContext();
  const lost = await elsewhere.post('/api/checkout/place', {
    form: fields,
    headers: { cookie: cookies, accept: 'text/html', origin: new URL(page.url()).origin, 'sec-fetch-site': 'same-origin' },
    maxRedirects: 0,
  });
  expect(lost.status()).toBe(303);
  await elsewhere.dispose();

  await payButton(page).click();
  await expectPaymentPage(page, total);
  expect(await sessionsOf(shopper.email), 'payment sessions').toHaveLength(1);
  await payByCard(page, Card.paid);
  await expectPaidOrder(page, total);
});

test('two tabs that press at once make one order', async ({ page, context, shopper }) => {
  await openGoods(page, Department.Watches);
  await addToCart(page, 'with scripts');
  const total = await goToReview(page, shopper);
  const other = await context.newPage();
  await other.goto('/checkout?step=review');
  await agreeToTerms(other).check();

  const press = async (tab: Page) => {
    const answer = tab.waitForResponse((response) => response.url().endsWith('/api/checkout/place'));
    await payButton(tab).click({ noWaitAfter: true });
    return (await answer).status();
  };
  const statuses = await Promise.all([press(page), press(other)]);
  // The one that comes second goes to the same payment page, or is told that this cart has been ordered.
  expect(statuses).toContain(303);
  expect([303, 409]).toContain(statuses[0]);
  expect([303, 409]).toContain(statuses[1]);
  const sessions = await sessionsOf(shopper.email);
  expect(new Set(sessions.map((session) => session.client_reference_id)).size, 'orders').toBe(1);
  expect(sessions, 'payment sessions').toHaveLength(1);

  const [first, second] = statuses[0] === 303 ? [page, other] : [other, page];
  await expectPaymentPage(first, total);
  await payByCard(first, Card.paid);
  const number = await expectPaidOrder(first, total);

  await test.step('the other tab cannot pay a second time', async () => {
    await second.goto(`/order/${number}`);
    expect(await expectPaidOrder(second, total)).toBe(number);
    await second.goto('/checkout?step=review');
    await expect(second).toHaveURL(/\/cart$/);
  });
});

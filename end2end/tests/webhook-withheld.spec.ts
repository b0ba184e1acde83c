// Stripe's messages never arrive: the shopper's return alone completes the order.

import { expect, test } from '../support/test';
import { addToCart } from '../support/cart';
import { Department, openGoods } from '../support/catalogue';
import { goToPaymentPage } from '../support/checkout';
import { confirmation, mailsTo } from '../support/mail';
import { expectPaidOrder } from '../support/order';
import { Card, payByCard } from '../support/payment-page';
import { deliveredEvents, releaseWebhooks, sessionsOf, setWebhookMode } from '../support/sandbox';

// The mode is the whole account's: no other test may rely on webhooks either.
test.describe.configure({ mode: 'serial' });

test.beforeAll(() => setWebhookMode('withhold'));

test.afterAll(async () => {
  await setWebhookMode('normal');
  await releaseWebhooks();
});

test('without webhooks the return page completes the order; late ones change nothing', async ({ page, shopper }) => {
  await openGoods(page, Department.Lighting);
  await addToCart(page, 'with scripts');
  const total = await goToPaymentPage(page, shopper);
  await payByCard(page, Card.paid);
  const number = await expectPaidOrder(page, total);
  await confirmation(shopper.email, number);
  const [session] = await sessionsOf(shopper.email);
  expect(await deliveredEvents(session.id), 'events that got through').toBe(0);

  await releaseWebhooks();
  await expect.poll(() => deliveredEvents(session.id)).toBeGreaterThan(0);
  await page.reload();
  expect(await expectPaidOrder(page, total)).toBe(number);
  expect(await mailsTo(shopper.email)).toHaveLength(1);
  await expect(page.getByRole('region', { name: 'History' }).getByText('Payment received')).toHaveCount(1);
});

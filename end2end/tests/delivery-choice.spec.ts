// The sums beside the form follow the delivery that is ticked, at once: the sheet alone decides, so it takes no scripts.

import { expect, test } from '../support/test';
import { addToCart } from '../support/cart';
import { Department, openGoods } from '../support/catalogue';
import { fillContact, startCheckout } from '../support/checkout';
import { cents, euros } from '../support/money';
import { amount } from '../support/page';

test.use({ javaScriptEnabled: false });

test('another delivery changes shipping and total before anything is sent', async ({ page, shopper }) => {
  await openGoods(page, Department.Table);
  await addToCart(page, 'without scripts');
  await startCheckout(page);
  await fillContact(page, shopper);
  const ways = page.getByRole('group', { name: 'Delivery' }).locator('[data-choice]');
  const order = page.getByRole('complementary', { name: 'Your order' });
  const shown = (name: string) => amount(order, name).filter({ visible: true });
  const prices = new Set<string>();
  for (let way = 0; way < (await ways.count()); way += 1) {
    await ways.nth(way).getByRole('radio').check();
    const price = await ways.nth(way).locator('[data-price]').innerText();
    prices.add(price);
    await expect(shown('Shipping')).toHaveText(price);
    const shipping = price === 'Free' ? 0 : cents(price);
    await expect(shown('Total')).toHaveText(euros(cents(await shown('Items').innerText()) + shipping));
  }
  expect(prices.size, 'deliveries of different prices').toBeGreaterThan(1);
});

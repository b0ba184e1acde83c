// The drawer counts every press, however quick, and leaves the focus where the hand is.

import { expect, test } from '../support/test';
import { cartLink } from '../support/cart';
import { Department, openGoods } from '../support/catalogue';
import { awake, hold } from '../support/page';

test('two quick presses are two more', async ({ page }) => {
  const { name } = await openGoods(page, Department.Stationery);
  await awake(page);
  await page.getByRole('button', { name: 'Add to cart', exact: true }).click();
  const line = page.getByRole('dialog', { name: 'Cart' }).getByRole('listitem').filter({ hasText: name });
  const quantity = line.getByRole('textbox', { name: 'Quantity' });
  await expect(quantity).toHaveValue('1');
  const sending = await hold(page, '/api/cart/set*');
  const more = line.getByRole('button', { name: 'One more' });
  await more.click();
  await sending.arrived;
  await more.click();
  await expect(quantity).toHaveValue('3');
  sending.release();
  await expect(cartLink(page)).toHaveText('Cart3');
  await expect(more).toBeFocused();
  await page.reload();
  await expect(cartLink(page)).toHaveText('Cart3');
});

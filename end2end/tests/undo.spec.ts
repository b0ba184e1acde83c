// What was taken out of the cart comes back at a press, as many as there were.

import { expect, test } from '../support/test';
import { addToCart, cartLine, cartLink } from '../support/cart';
import { Department, openGoods } from '../support/catalogue';
import { awake, expectSameDocument, markDocument } from '../support/page';

test('a line that was removed on the cart’s page comes back', async ({ page }) => {
  const first = await openGoods(page, Department.Garden);
  await addToCart(page, 'with scripts', 3);
  const second = await openGoods(page, Department.Bags);
  await addToCart(page, 'with scripts');
  await awake(page);
  await page.getByRole('button', { name: `Remove ${first.name}` }).click();
  await expect(cartLine(page, first.name)).toHaveCount(0);
  await expect(cartLink(page)).toHaveText('Cart1');
  await page.getByRole('listitem').filter({ hasText: `${first.name} is out of your cart.` }).getByRole('button', { name: 'Undo' }).click();
  await expect(cartLine(page, first.name).getByRole('textbox', { name: 'Quantity' })).toHaveValue('3');
  await expect(cartLine(page, second.name)).toBeVisible();
});

test('so does one that was removed in the drawer, on the same page', async ({ page }) => {
  const { name } = await openGoods(page, Department.Garden);
  await awake(page);
  await markDocument(page);
  await page.getByRole('textbox', { name: 'Quantity' }).fill('2');
  await page.getByRole('button', { name: 'Add to cart', exact: true }).click();
  const drawer = page.getByRole('dialog', { name: 'Cart' });
  await drawer.getByRole('button', { name: `Remove ${name}` }).click();
  await expect(drawer.getByRole('heading', { name: 'Your cart is empty' })).toBeVisible();
  await drawer.getByRole('button', { name: 'Undo' }).click();
  await expect(drawer.getByRole('listitem').filter({ hasText: name }).getByRole('textbox', { name: 'Quantity' })).toHaveValue('2');
  await expect(cartLink(page)).toHaveText('Cart2');
  await expectSameDocument(page);
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('the notice of a removal takes it back, even of the last line', async ({ page }) => {
    const { name } = await openGoods(page, Department.Bags);
    await addToCart(page, 'without scripts', 2);
    await page.getByRole('button', { name: `Remove ${name}` }).click();
    await expect(page.getByRole('heading', { name: 'Your cart is empty' })).toBeVisible();
    await page.getByRole('status').getByRole('button', { name: 'Undo' }).click();
    await expect(cartLine(page, name).getByRole('textbox', { name: 'Quantity' })).toHaveValue('2');
    await page.reload();
    await expect(page.getByRole('button', { name: 'Undo' })).toHaveCount(0);
  });
});

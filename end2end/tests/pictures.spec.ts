// A product's pictures: enlarged by hand and by keys; and the bar that keeps the button at hand on a phone.

import { expect, test } from '../support/test';
import { cartLink } from '../support/cart';
import { Department, openGoods } from '../support/catalogue';
import { awake } from '../support/page';

test('a picture opens large, is moved by keys, closes with Esc and gives the focus back', async ({ page, isMobile }) => {
  await openGoods(page, Department.Lighting);
  const enlarge = page.getByRole('button', { name: 'Enlarge image 1' });
  await enlarge.focus();
  await enlarge.press('Enter');
  const large = page.getByRole('dialog').filter({ has: page.getByRole('button', { name: 'Close' }) });
  await expect(large).toBeVisible();
  await expect(large.getByRole('img')).toBeInViewport();
  const inside = large.locator('[tabindex="0"]');
  if (!isMobile) {
    await page.keyboard.press('Tab');
    await expect(inside).toBeFocused();
    const before = await inside.evaluate((box) => box.scrollTop);
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => inside.evaluate((box) => box.scrollTop)).not.toBe(before);
  }
  // The middle of the picture is in the middle of the screen, however much larger the picture is.
  const [picture, screen] = [await large.getByRole('img').boundingBox(), page.viewportSize()];
  expect(Math.abs((picture?.x ?? 0) + (picture?.width ?? 0) / 2 - (screen?.width ?? 0) / 2)).toBeLessThan(10);
  await page.keyboard.press('Escape');
  await expect(large).toBeHidden();
  await expect(enlarge).toBeFocused();
});

test('on a phone the button follows while the form’s own is out of sight', async ({ page, isMobile }) => {
  await openGoods(page, Department.Lighting);
  const bar = page.getByRole('button', { name: /^Add to cart, €/ });
  if (!isMobile) {
    await expect(bar).toBeHidden();
    return;
  }
  await expect(bar).toBeVisible();
  const own = page.getByRole('button', { name: 'Add to cart', exact: true });
  await own.scrollIntoViewIfNeeded();
  await expect(bar).toBeHidden();
  await page.getByRole('contentinfo').scrollIntoViewIfNeeded();
  await expect(bar).toBeVisible();
  await awake(page);
  await bar.click();
  await expect(page.getByRole('dialog', { name: 'Cart' })).toBeVisible();
  await expect(cartLink(page)).toHaveText('Cart1');
});

// What a screen reader is given: landmarks, headings, buttons and labels of the main pages, as in `aria-snapshots/`.
//
// A snapshot names what must be there, in this order; more may stand between. Names of goods and amounts are left out or
// are patterns. After a page was changed on purpose, edit its file by hand: the failing test prints the page's own tree
// beside it. `npx playwright test --update-snapshots` would fill the files with everything, goods and prices too.

import { expect, test, type Page } from '../support/test';
import { addToCart } from '../support/cart';
import { Department, openDepartment, openGoods, tilesWithChoice } from '../support/catalogue';
import { goToReview } from '../support/checkout';
import { awake } from '../support/page';

async function expectTree(page: Page, name: string): Promise<void> {
  await awake(page);
  await expect(page.locator('body')).toMatchAriaSnapshot({ name: `${name}.aria.yml` });
}

test('home', async ({ page }) => {
  await page.goto('/');
  await expectTree(page, 'home');
});

test('listing', async ({ page }) => {
  await openDepartment(page, Department.Bags);
  await expectTree(page, 'listing');
});

test('product', async ({ page }) => {
  await openDepartment(page, Department.Bags);
  await tilesWithChoice(page).first().getByRole('heading', { level: 3 }).getByRole('link').click();
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expectTree(page, 'product');
});

test('cart and review', async ({ page, shopper }) => {
  await openGoods(page, Department.Bags);
  await addToCart(page, 'with scripts');
  await expectTree(page, 'cart');
  await goToReview(page, shopper);
  await expectTree(page, 'review');
});

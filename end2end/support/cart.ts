// Filling a cart and looking at it.

import { expect, type Page } from './test';
import { awake } from './page';

export type Scripts = 'with scripts' | 'without scripts';

/** From a product's page into the cart. */
export async function addToCart(page: Page, scripts: Scripts, quantity = 1): Promise<void> {
  if (scripts === 'with scripts') await awake(page);
  await page.getByRole('main').getByRole('textbox', { name: 'Quantity' }).fill(String(quantity));
  await page.getByRole('button', { name: 'Add to cart', exact: true }).click();
  if (scripts === 'with scripts') {
    await expect(page.getByRole('button', { name: 'Added', exact: true })).toBeVisible();
    await page.getByRole('dialog', { name: 'Cart' }).getByRole('link', { name: 'View cart' }).click();
  }
  await expect(page).toHaveURL(/\/cart$/);
  await expect(page.getByRole('heading', { level: 1, name: 'Your cart' })).toBeVisible();
}

/** The totals beside the cart's lines. */
export function cartSummary(page: Page) {
  return page.getByRole('region', { name: 'Summary' });
}

/** A line that is in the cart; what is left of one that was taken out has a button to undo that. */
export function cartLine(page: Page, name: string) {
  const undo = page.getByRole('button', { name: 'Undo' });
  return page.getByRole('main').getByRole('listitem').filter({ hasText: name }).filter({ hasNot: undo });
}

/** The link to the cart in the header: its text ends with the number of units. */
export function cartLink(page: Page) {
  return page.getByRole('banner').getByRole('link', { name: /^Cart/ });
}

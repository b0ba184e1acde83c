// Nothing moves by itself: not while a page loads, not when the cart's number appears.

import { expect, test, type Page } from '../support/test';
import { addToCart } from '../support/cart';
import { Department, openDepartment, openGoods, tilesWithChoice } from '../support/catalogue';
import { awake } from '../support/page';

interface Shift {
  value: number;
  what: string[];
}

async function recordShifts(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const shifts: Shift[] = [];
    (window as unknown as { shifts: Shift[] }).shifts = shifts;
    interface Entry extends PerformanceEntry {
      value: number;
      sources: { node: Node | null }[];
    }
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as Entry[]) {
        const what = entry.sources.map(({ node }) => (node instanceof Element ? `<${node.tagName.toLowerCase()} class="${node.className}">` : String(node?.textContent)));
        shifts.push({ value: entry.value, what });
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
}

/** The shifts since the page began to load, once it has come to rest. */
async function shifts(page: Page): Promise<Shift[]> {
  await awake(page);
  await page.evaluate(async () => {
    await Promise.all([...document.images].filter((image) => image.loading === 'eager').map((image) => image.decode().catch(() => {})));
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  });
  return page.evaluate(() => (window as unknown as { shifts: Shift[] }).shifts);
}

test('home, listing, product, search and cart stand still, with and without a number at the cart', async ({ page, isMobile }) => {
  await recordShifts(page);
  await openDepartment(page, isMobile ? Department.Play : Department.Bags);
  const listing = page.url();
  await tilesWithChoice(page).first().getByRole('heading', { level: 3 }).getByRole('link').click();
  const product = page.url();
  const pages = ['/', listing, product, '/search?q=lamp', '/cart'];
  for (const path of pages) {
    await page.goto(path);
    expect.soft(await shifts(page), `${path} with an empty cart`).toEqual([]);
  }

  // Of which there are more than twelve.
  await openGoods(page, Department.Garden);
  await addToCart(page, 'with scripts', 12);
  for (const path of pages) {
    await page.goto(path);
    expect.soft(await shifts(page), `${path} with goods in the cart`).toEqual([]);
  }
});

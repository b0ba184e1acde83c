// Finds goods to buy on the pages of the shop. Tests that run at the same time use different
// departments.

import { expect, type Page } from './test';

/** Departments in the order of the footer; one test, one department. */
export enum Department {
  Kitchen,
  Table,
  Lighting,
  Furniture,
  Textiles,
  Clothing,
  Shoes,
  Bags,
  Watches,
  Audio,
  Cameras,
  Stationery,
  Garden,
  Outdoors,
  Play,
}

export interface Goods {
  /** Path of the product's page. */
  path: string;
  name: string;
}

export async function openDepartment(page: Page, department: Department): Promise<void> {
  await page.goto('/');
  const links = page.getByRole('navigation', { name: 'All departments' }).getByRole('link');
  await links.nth(department).click();
  await expect(page.getByRole('heading', { level: 2, name: 'Products' })).toBeAttached();
}

/** The product tiles of a listing. */
export function tiles(page: Page) {
  return page.getByRole('main').getByRole('listitem').filter({ has: page.getByRole('heading', { level: 3 }) });
}

/** Tiles of goods that come in several variants and can be had. */
export function tilesWithChoice(page: Page) {
  return tiles(page).filter({ hasText: /\d+ options/ }).filter({ hasNotText: 'Sold out' });
}

/** Tiles of goods that come in one way only and can be had: they have a button of their own. */
export function tilesWithoutChoice(page: Page) {
  return tiles(page).filter({ has: page.getByRole('button', { name: /^Add .* to cart$/ }) });
}

/** A listing with more than one page. Leaves the page at its first. */
export async function openLongListing(page: Page): Promise<void> {
  for (let department = 0; department <= Department.Play; department += 1) {
    await openDepartment(page, department);
    if (await page.getByRole('navigation', { name: 'Pages' }).isVisible()) return;
  }
  throw new Error('No department has more than one page.');
}

/** Something that is sold out, looked for in every listing of the shop. Leaves the page at it. */
export async function openSoldOutGoods(page: Page): Promise<void> {
  for (let department = 0; department <= Department.Play; department += 1) {
    await openDepartment(page, department);
    for (;;) {
      const soldOut = tiles(page).filter({ hasText: 'Sold out' });
      if ((await soldOut.count()) > 0) {
        await soldOut.first().getByRole('heading', { level: 3 }).getByRole('link').click();
        await expect(page.getByRole('button', { name: 'Sold out' })).toBeDisabled();
        return;
      }
      const next = page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Next' });
      if ((await next.count()) === 0) break;
      await page.goto(String(await next.getAttribute('href')));
    }
  }
  throw new Error('Nothing in the shop is sold out.');
}

/** Opens goods with variants through links and chooses another variant than the first one. */
export async function chooseVariant(page: Page, department: Department): Promise<Goods> {
  await openDepartment(page, department);
  const listing = page.url();
  const names = await tilesWithChoice(page).getByRole('heading', { level: 3 }).allInnerTexts();
  for (const name of names) {
    await tilesWithChoice(page).getByRole('link', { name, exact: true }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(name);
    const option = page.getByRole('main').getByRole('group').first();
    const shown = await option.locator('[aria-current]').innerText();
    const offered = await option.getByRole('link').filter({ hasNotText: /sold out|not in this combination/ }).allInnerTexts();
    for (const value of offered.filter((value) => value !== shown)) {
      const choice = option.getByRole('link', { name: value, exact: true });
      await choice.click();
      await expect(choice).toHaveAttribute('aria-current', 'true');
      if (await plentyInStock(page)) return { path: await ownAddress(page), name };
    }
    await page.goto(listing);
  }
  throw new Error(`No goods with a choice in stock in department ${department}.`);
}

/** Something with more in stock than tests could ever buy. Leaves the page at it. */
export async function openGoods(page: Page, department: Department): Promise<Goods> {
  await openDepartment(page, department);
  for (const path of await pathsOfTiles(page)) {
    await page.goto(path);
    if (await plentyInStock(page)) return { path: await ownAddress(page), name: await page.getByRole('heading', { level: 1 }).innerText() };
  }
  throw new Error(`Nothing in stock on the first page of department ${department}.`);
}

/** The products' pages a listing leads to, but for what is sold out. */
async function pathsOfTiles(page: Page): Promise<string[]> {
  const links = tiles(page).filter({ hasNotText: 'Sold out' }).getByRole('heading', { level: 3 }).getByRole('link');
  return links.evaluateAll((all) => all.map((link) => link.getAttribute('href') ?? ''));
}

/** The address of the very variant that is shown. */
async function ownAddress(page: Page): Promise<string> {
  const sku = await page.getByRole('row', { name: /^Item number/ }).getByRole('cell').innerText();
  return `${new URL(page.url()).pathname}?sku=${sku}`;
}

export async function plentyInStock(page: Page): Promise<boolean> {
  return page.getByText('In stock', { exact: true }).isVisible();
}

/** The last units of something: its page and how many there are. Leaves the page at it. */
export async function openScarceGoods(page: Page): Promise<Goods & { left: number }> {
  for (let department = 0; department <= Department.Play; department += 1) {
    await openDepartment(page, department);
    for (const path of await pathsOfTiles(page)) {
      const html = await (await page.request.get(path)).text();
      if (!/Only \d+ left/.test(html)) continue;
      await page.goto(path);
      const words = await page.getByText(/^Only \d+ left$/).innerText();
      return { path: await ownAddress(page), name: await page.getByRole('heading', { level: 1 }).innerText(), left: Number(/\d+/.exec(words)?.[0]) };
    }
  }
  throw new Error('Nothing in the shop is scarce.');
}

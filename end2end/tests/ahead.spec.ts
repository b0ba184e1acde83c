// What a browser does before and between pages: rules for fetching ahead, and the picture that travels along.

import { expect, test } from '../support/test';
import { Department, openDepartment, tiles } from '../support/catalogue';

test('public pages name the rules for fetching ahead, which are served as such', async ({ request }) => {
  for (const path of ['/', '/search?q=lamp', '/pages/terms']) {
    expect((await request.get(path)).headers()['speculation-rules'], path).toBe('"/speculation-rules.json"');
  }
  for (const path of ['/cart', '/checkout/return?session_id=x']) {
    expect((await request.get(path)).headers()['speculation-rules'], path).toBeUndefined();
  }
  const rules = await request.get('/speculation-rules.json');
  expect(rules.headers()['content-type']).toBe('application/speculationrules+json');
  expect(Object.keys(await rules.json())).toEqual(['prerender', 'prefetch']);
});

test('the browser takes the rules, and asks for nothing personal ahead', async ({ page }) => {
  const session = await page.context().newCDPSession(page);
  const taken = new Promise<{ ruleSet: { url?: string; errorType?: string } }>((resolve) => session.once('Preload.ruleSetUpdated', resolve));
  await session.send('Preload.enable');
  const ahead: string[] = [];
  page.context().on('request', (request) => {
    if (request.headers()['sec-purpose']?.startsWith('prefetch')) ahead.push(new URL(request.url()).pathname);
  });
  await openDepartment(page, Department.Watches);
  const { ruleSet } = await taken;
  expect([ruleSet.url, ruleSet.errorType]).toEqual([new URL('/speculation-rules.json', page.url()).href, undefined]);
  const link = page.getByRole('contentinfo').getByRole('link', { name: 'Returns' });
  await link.hover();
  await page.getByRole('banner').getByRole('link', { name: /^Cart/ }).hover();
  await link.click();
  await expect(page.getByRole('heading', { level: 1, name: 'Returns' })).toBeVisible();
  expect(ahead).not.toContain('/cart');
});

test.describe('with motion', () => {
  test.use({ contextOptions: { reducedMotion: 'no-preference' } });

  test('the picture that was pressed travels to the product’s page, and only that one', async ({ page }) => {
    await page.addInitScript(() => {
      const named = () => [...document.querySelectorAll<HTMLElement>('*')].filter((element) => element.style.viewTransitionName === 'product');
      // After the page's own listeners: in the same frame, and as one that was added later.
      addEventListener('pagereveal', () =>
        requestAnimationFrame(() => sessionStorage.setItem(location.pathname, named().map((element) => (element.matches('[data-gallery-picture]') ? 'large picture' : element.tagName)).join(' '))),
      );
      addEventListener('DOMContentLoaded', () =>
        addEventListener('pageswap', () => sessionStorage.setItem('left', named().map((element) => element.closest('li')?.querySelector('h3')?.textContent).join(' '))),
      );
    });
    const kept = (key: string) => page.evaluate((key) => sessionStorage.getItem(key), key);
    // A browser that is busy may leave the transition out, or begin it before the picture has arrived.
    await expect(async () => {
      await openDepartment(page, Department.Watches);
      const link = tiles(page).nth(2).getByRole('heading', { level: 3 }).getByRole('link');
      const name = await link.innerText();
      await link.click();
      await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
      await expect.poll(() => kept(new URL(page.url()).pathname), { timeout: 3_000 }).toBe('large picture');
      expect(await kept('left')).toBe(name);
    }).toPass({ timeout: 60_000 });
    await expect(page.locator('[style*="view-transition-name"]')).toHaveCount(0);
  });
});

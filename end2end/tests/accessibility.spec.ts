// Every page and every state of it, as axe sees it in both colour schemes; a purchase on the narrowest screen, which is
// also a desktop magnified four times; what is said aloud; nothing that moves where motion is not wanted.

import { expect, test, type Locator, type Page } from '../support/test';
import { expectNoSidewaysScroll, expectTargets, judge } from '../support/accessibility';
import { addToCart, cartLine } from '../support/cart';
import { Department, openDepartment, openGoods, openLongListing, openSoldOutGoods, tilesWithChoice, tilesWithoutChoice } from '../support/catalogue';
import { agreeToTerms, fillContact, fillShipping, goToPaymentPage, payButton, startCheckout } from '../support/checkout';
import { confirmation, orderLink } from '../support/mail';
import { euros } from '../support/money';
import { expectPaidOrder, expectUnpaidOrder } from '../support/order';
import { awake, errorSummary, withoutTheBrowsersChecks } from '../support/page';
import { Card, payByCard } from '../support/payment-page';
import personal from '../support/personal.json';
import { sessionsOf } from '../support/sandbox';

async function open(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await awake(page);
}

test.describe('pages and states', () => {
  test('home, listings, search, terms, errors', async ({ page }) => {
    test.setTimeout(180_000);
    await open(page, '/');
    await judge(page, 'home');
    await openLongListing(page);
    await awake(page);
    await judge(page, 'listing');
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Next' }).click();
    await expect(page).toHaveURL(/page=2/);
    await awake(page);
    await judge(page, 'second page of a listing');
    const pages: [string, string][] = [
      ['/search?q=lamp', 'search with results'],
      ['/search?q=teapto', 'search with a wrong letter'],
      ['/search?q=qqqxxzzz', 'search without results'],
      ['/search?q=', 'search for nothing'],
      ['/pages/terms', 'terms'],
      ['/pages/shipping', 'a text of the shop'],
      ['/kitchen-sink', 'every component in every state'],
      ['/no-such-page', 'a page that does not exist'],
      ['/search?q=lamp&page=9999', 'a page of results that does not exist'],
      ['/cart', 'empty cart'],
      ['/checkout/return?session_id=cs_test_nothing', 'a payment that is nobody’s'],
    ];
    for (const [path, state] of pages) {
      await open(page, path);
      await judge(page, state);
    }
  });

  test('products', async ({ page, isMobile }) => {
    test.setTimeout(180_000);
    const department = isMobile ? Department.Watches : Department.Bags;
    await openDepartment(page, department);
    await tilesWithChoice(page).first().getByRole('heading', { level: 3 }).getByRole('link').click();
    await expect(page.getByRole('main').getByRole('group').first()).toBeVisible();
    await awake(page);
    await judge(page, 'product with a choice');

    const quantity = page.getByRole('main').getByRole('textbox', { name: 'Quantity' });
    await quantity.fill('0');
    await page.getByRole('button', { name: 'Add to cart', exact: true }).click();
    await expect(page.getByRole('status').filter({ hasText: /whole number/ })).toBeVisible();
    await judge(page, 'product with a refused quantity');
    await quantity.fill('1');
    await page.getByRole('button', { name: 'Add to cart', exact: true }).click();
    await expect(page.getByRole('button', { name: 'Added', exact: true })).toBeVisible();
    await expect(page.getByRole('dialog', { name: 'Cart' })).toBeVisible();
    await judge(page, 'product that was just added, with the cart beside it');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Enlarge image 1' }).click();
    await judge(page, 'product with an enlarged picture');
    await page.keyboard.press('Escape');

    await open(page, '/search?q=lamp');
    await tilesWithoutChoice(page).first().getByRole('heading', { level: 3 }).getByRole('link').click();
    await expect(page.getByRole('button', { name: 'Add to cart', exact: true })).toBeVisible();
    await awake(page);
    await judge(page, 'product without a choice');

    await openSoldOutGoods(page);
    await awake(page);
    await judge(page, 'product that is sold out');
  });

  test('the menu and the suggestions', async ({ page }) => {
    await open(page, '/');
    await page.getByRole('button', { name: 'Departments' }).click();
    await expect(page.getByRole('banner').getByRole('navigation', { name: 'Departments' })).toBeVisible();
    await judge(page, 'home with the menu open');
    await page.keyboard.press('Escape');

    const box = page.getByRole('combobox', { name: 'Search products' });
    await box.click();
    await box.pressSequentially('lam');
    await expect(page.getByRole('listbox', { name: 'Suggestions' })).toBeVisible();
    await box.press('ArrowDown');
    await judge(page, 'home with suggestions');
  });

  test('the cart', async ({ page, isMobile }) => {
    test.setTimeout(120_000);
    const goods = await openGoods(page, isMobile ? Department.Textiles : Department.Lighting);
    await addToCart(page, 'with scripts', 2);
    await awake(page);
    await judge(page, 'cart');
    await page.getByText('Why this total?').click();
    await judge(page, 'cart with its total explained');
    const quantity = cartLine(page, goods.name).getByRole('textbox', { name: 'Quantity' });
    await quantity.fill('ab');
    await quantity.press('Enter');
    await expect(cartLine(page, goods.name).getByRole('alert')).toHaveText(/whole number/);
    await judge(page, 'cart with a refused quantity');
    await page.getByRole('button', { name: `Remove ${goods.name}` }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Your cart is empty' })).toBeVisible();
    await judge(page, 'cart after its last line was removed');
  });

  test('the checkout', async ({ page, shopper, isMobile }) => {
    test.setTimeout(180_000);
    await openGoods(page, isMobile ? Department.Shoes : Department.Clothing);
    await addToCart(page, 'with scripts');
    await startCheckout(page);
    await judge(page, 'contact');
    await page.getByRole('textbox', { name: 'E-mail address' }).fill(personal.unfinishedEmail);
    await page.getByRole('button', { name: 'Continue to shipping' }).click();
    await expect(errorSummary(page)).toBeFocused();
    await judge(page, 'contact with an error');

    await page.goto('/checkout?step=contact');
    await fillContact(page, shopper);
    await expect(page).toHaveURL(/step=shipping/);
    await judge(page, 'shipping');
    await page.getByRole('checkbox', { name: 'The bill goes to the same address' }).uncheck();
    await judge(page, 'shipping with another billing address');
    await withoutTheBrowsersChecks(page);
    await page.getByRole('button', { name: 'Continue to review' }).click();
    await expect(errorSummary(page)).toBeFocused();
    await judge(page, 'shipping with errors');

    await page.goto('/checkout?step=shipping');
    await page.getByRole('checkbox', { name: 'The bill goes to the same address' }).check();
    await fillShipping(page, shopper);
    await judge(page, 'review');
    await withoutTheBrowsersChecks(page);
    await payButton(page).click();
    await expect(errorSummary(page)).toBeFocused();
    await judge(page, 'review without consent');
  });

  test('the order', async ({ page, browser, shopper, isMobile }) => {
    test.setTimeout(180_000);
    await openGoods(page, isMobile ? Department.Stationery : Department.Play);
    await addToCart(page, 'with scripts');
    const total = await goToPaymentPage(page, shopper);
    const [session] = await sessionsOf(shopper.email);
    await page.goto(`/checkout/return?session_id=${session.id}`);
    await expect(page.getByRole('heading', { level: 1, name: 'You were not charged' })).toBeVisible();
    await judge(page, 'not charged');
    await page.getByRole('link', { name: 'Look at the order' }).click();
    const number = await expectUnpaidOrder(page, total);
    await judge(page, 'order that is not paid');
    await open(page, '/cart');
    await startCheckout(page);
    await expect(page.getByText('is waiting for its payment.')).toBeVisible();
    await judge(page, 'checkout beside an order that is not paid');

    await page.goto(`/order/${number}`);
    await page.getByRole('button', { name: `Pay ${euros(total)}` }).click();
    await payByCard(page, Card.paid);
    await expectPaidOrder(page, total);
    await judge(page, 'order that is paid');

    const elsewhere = await browser.newContext();
    const other = await elsewhere.newPage();
    await other.goto(orderLink(await confirmation(shopper.email, number), number));
    await expect(other.getByRole('button', { name: 'Show my order' })).toBeVisible();
    await judge(other, 'order behind its mailed link');
    await elsewhere.close();
  });
});

test('a payment that takes its time', async ({ page, shopper, isMobile }) => {
  await openGoods(page, isMobile ? Department.Outdoors : Department.Textiles);
  await addToCart(page, 'with scripts');
  await goToPaymentPage(page, shopper);
  await page.getByRole('button', { name: 'Pay by bank transfer (delayed)' }).click();
  await expect(page).toHaveURL(/\/checkout\/return|\/order\//);
  const [session] = await sessionsOf(shopper.email);
  // These pages ask again by themselves, which must not happen while they are judged: the second request gets nothing.
  for (const path of [`/checkout/return?session_id=${session.id}`, await orderOf(page)]) {
    let asked = 0;
    await page.route(`**${path}`, (route) => ((asked += 1) === 1 ? route.continue() : route.abort()));
    await page.goto(path);
    await judge(page, `${new URL(page.url()).pathname.split('/')[1]} while the bank works`);
    await page.unroute(`**${path}`);
  }
});

async function orderOf(page: Page): Promise<string> {
  await page.goto('/cart');
  await startCheckout(page);
  return String(await page.getByRole('link', { name: 'Look at it' }).getAttribute('href'));
}

// WCAG 1.4.10: 320 px is what is left of 1280 when a page is magnified four times, and 256 px of 1024.
for (const [name, viewport] of [
  ['320 px', { width: 320, height: 640 }],
  ['400 %', { width: 320, height: 256 }],
] as const) {
  test.describe(`at ${name}`, () => {
    test.use({ viewport });

    test('a purchase fits, up to the button that pays', async ({ page, shopper, isMobile }) => {
      await open(page, '/');
      await expectUsable(page, 'home', [
        page.getByRole('button', { name: 'Departments' }),
        page.getByRole('combobox', { name: 'Search products' }),
        page.getByRole('banner').getByRole('link', { name: /^Cart/ }),
        page.getByRole('navigation', { name: 'All departments' }).getByRole('link').first(),
      ]);
      await openDepartment(page, isMobile ? Department.Audio : Department.Cameras);
      await expectUsable(page, 'listing', [page.getByRole('combobox', { name: 'Sort by' }), tilesWithChoice(page).first()]);
      await tilesWithChoice(page).first().getByRole('heading', { level: 3 }).getByRole('link').click();
      await expectUsable(page, 'product', [
        page.getByRole('heading', { level: 1 }),
        page.getByRole('main').getByRole('group').first().getByRole('link').first(),
        page.getByRole('main').getByRole('textbox', { name: 'Quantity' }),
        page.getByRole('button', { name: 'Add to cart', exact: true }),
      ]);
      await openGoods(page, isMobile ? Department.Audio : Department.Cameras);
      await addToCart(page, 'with scripts');
      await expectUsable(page, 'cart', [
        page.getByRole('textbox', { name: 'Quantity' }),
        page.getByRole('button', { name: 'One more' }),
        page.getByRole('button', { name: /^Remove / }),
        page.getByRole('link', { name: 'Go to checkout' }),
      ]);
      await startCheckout(page);
      await expectUsable(page, 'contact', [page.getByRole('textbox', { name: 'E-mail address' }), page.getByRole('button', { name: 'Continue to shipping' })]);
      await fillContact(page, shopper);
      await expectUsable(page, 'shipping', [
        page.getByRole('combobox', { name: 'Country' }),
        page.getByRole('textbox', { name: 'Full name' }),
        page.getByRole('textbox', { name: 'Postcode' }),
        page.getByRole('group', { name: 'Delivery' }).getByRole('radio').first(),
        page.getByRole('button', { name: 'Continue to review' }),
      ]);
      await fillShipping(page, shopper);
      await expectUsable(page, 'review', [agreeToTerms(page), page.getByRole('textbox', { name: 'Note to us' }), payButton(page)]);
      await open(page, '/search?q=lamp');
      await expectUsable(page, 'search', [page.getByRole('heading', { level: 1 })]);
      await open(page, '/search?q=qqqxxzzz');
      await expectUsable(page, 'search without results', [page.getByRole('heading', { level: 1 })]);
      await open(page, '/no-such-page');
      await expectUsable(page, 'a page that does not exist', [page.getByRole('link', { name: 'Go to the shop' })]);
    });
  });
}

/** Fits the width, and what is needed can be scrolled to, with nothing that sticks over it (WCAG 2.4.11). */
async function expectUsable(page: Page, state: string, needed: Locator[]): Promise<void> {
  await expectNoSidewaysScroll(page, state);
  for (const part of needed) {
    await expect.soft(part, state).toBeVisible();
    await part.scrollIntoViewIfNeeded();
    await expect.soft(part, state).toBeInViewport();
    const covered = await part.evaluate((element) => {
      element.scrollIntoView({ block: 'center' });
      const box = element.getBoundingClientRect();
      const top = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height / 2, innerHeight / 3));
      const ours = top && (element.contains(top) || top.contains(element) || [...((element as HTMLInputElement).labels ?? [])].some((label) => label.contains(top)));
      return ours ? '' : `covered by <${top?.tagName.toLowerCase()} class="${top?.getAttribute('class') ?? ''}">`;
    });
    expect.soft(covered, `${part} in ${state}`).toBe('');
  }
  const stuck = await page.evaluate(() => {
    const sticks = [...document.body.querySelectorAll('*')].filter((element) => ['sticky', 'fixed'].includes(getComputedStyle(element).position) && element.checkVisibility());
    return Math.max(0, ...sticks.filter((element) => element.getBoundingClientRect().width > innerWidth / 2).map((element) => element.getBoundingClientRect().height));
  });
  expect.soft(stuck, `${state}: what sticks leaves half of the screen`).toBeLessThanOrEqual((page.viewportSize()?.height ?? 0) / 2);
}

test('what can be pressed is large enough for a thumb', async ({ page, shopper, isMobile }) => {
  await open(page, '/');
  await expectTargets(page, 'home');
  await openDepartment(page, isMobile ? Department.Table : Department.Watches);
  await awake(page);
  await expectTargets(page, 'listing');
  await openGoods(page, isMobile ? Department.Table : Department.Watches);
  await awake(page);
  await expectTargets(page, 'product');
  await open(page, '/search?q=lamp');
  await expectTargets(page, 'search');
  await openGoods(page, isMobile ? Department.Table : Department.Watches);
  await addToCart(page, 'with scripts');
  await awake(page);
  await expectTargets(page, 'cart');
  await startCheckout(page);
  await expectTargets(page, 'contact');
  await fillContact(page, shopper);
  await expect(page).toHaveURL(/step=shipping/);
  await expectTargets(page, 'shipping');
  await fillShipping(page, shopper);
  await expectTargets(page, 'review');
});

test.describe('what is said aloud', () => {
  /** The words that appear in live regions the page had from its beginning: only those are read out reliably. */
  async function listen(page: Page): Promise<() => Promise<string[]>> {
    await page.evaluate(() => {
      const heard: string[] = [];
      (window as unknown as { heard: string[] }).heard = heard;
      for (const region of document.querySelectorAll('[role=status], [role=alert], [role=log], [aria-live]:not([aria-live=off])')) {
        new MutationObserver(() => heard.push((region.textContent ?? '').trim())).observe(region, { childList: true, characterData: true, subtree: true });
      }
    });
    return () => page.evaluate(() => (window as unknown as { heard: string[] }).heard.filter(Boolean));
  }

  test('adding, refusing, and the new total', async ({ page, isMobile }) => {
    const goods = await openGoods(page, isMobile ? Department.Cameras : Department.Furniture);
    await awake(page);
    const product = await listen(page);
    await page.getByRole('button', { name: 'Add to cart', exact: true }).click();
    await expect.poll(product).toContainEqual(expect.stringContaining('It is in your cart.'));
    await page.getByRole('main').getByRole('textbox', { name: 'Quantity' }).fill('0');
    await page.getByRole('button', { name: /^Add/ }).first().click();
    await expect.poll(product).toContainEqual(expect.stringContaining('Enter a whole number'));

    await open(page, '/cart');
    const cart = await listen(page);
    const line = cartLine(page, goods.name);
    await line.getByRole('button', { name: 'One more' }).click();
    await expect.poll(cart).toContainEqual(expect.stringMatching(/Total €/));
    const quantity = line.getByRole('textbox', { name: 'Quantity' });
    await expect(quantity).toHaveValue('2');
    await quantity.fill('ab');
    await quantity.press('Enter');
    await expect.poll(cart).toContainEqual(expect.stringContaining('Enter a whole number'));
  });

  test('adding from a tile', async ({ page, isMobile }) => {
    await open(page, '/search?q=lamp');
    const heard = await listen(page);
    const button = tilesWithoutChoice(page).first().getByRole('button', { name: /^Add .* to cart$/ });
    await (isMobile ? button.tap() : button.click());
    await expect.poll(heard).toContainEqual(expect.stringContaining('It is in your cart.'));
  });

  test('how many suggestions there are', async ({ page }) => {
    await open(page, '/');
    const heard = await listen(page);
    const box = page.getByRole('combobox', { name: 'Search products' });
    await box.click();
    await box.pressSequentially('lam');
    await expect(page.getByRole('listbox', { name: 'Suggestions' })).toBeVisible();
    await expect.poll(heard).toContainEqual(expect.stringMatching(/\d+ suggestion/));
  });
});

test('nothing moves where motion is not wanted, and nothing plays by itself anywhere', async ({ page, isMobile }) => {
  await openDepartment(page, isMobile ? Department.Play : Department.Stationery);
  const listing = page.url();
  await tilesWithChoice(page).first().getByRole('heading', { level: 3 }).getByRole('link').click();
  const paths = ['/', listing, page.url(), '/search?q=lamp', '/cart'];
  for (const path of paths) {
    await open(page, path);
    const moving = await page.evaluate(() => {
      const seconds = (durations: string) => Math.max(...durations.split(',').map(parseFloat));
      const found: string[] = [];
      for (const element of document.querySelectorAll('*')) {
        for (const part of [null, '::before', '::after']) {
          const style = getComputedStyle(element, part);
          const moves = seconds(style.transitionDuration) > 0.01 || (style.animationName !== 'none' && seconds(style.animationDuration) > 0.01);
          if (moves || style.scrollBehavior === 'smooth') found.push(`<${element.tagName.toLowerCase()} class="${element.getAttribute('class') ?? ''}">${part ?? ''}`);
        }
      }
      return found;
    });
    expect.soft(moving, `${path} with reduced motion`).toEqual([]);
  }
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  for (const path of paths) {
    await open(page, path);
    const playing = await page.evaluate(() => document.getAnimations().filter((each) => each.effect?.getComputedTiming().iterations === Infinity).length + document.querySelectorAll('[autoplay], marquee').length);
    expect.soft(playing, `${path} plays by itself`).toBe(0);
  }
});

// Visitors with a past: goods in the cart, a checkout half done, an order paid and one that waits.

import { mkdirSync, writeFileSync } from 'node:fs';
import { expect, test, type Page } from '../support/test';
import { saveAddress, signUp } from '../support/account';
import { addToCart } from '../support/cart';
import { Department, openDepartment, openGoods, openLongListing, openSoldOutGoods, tilesWithChoice, tilesWithoutChoice } from '../support/catalogue';
import { agreeToTerms, fillContact, fillShipping, goToPaymentPage, payButton, startCheckout } from '../support/checkout';
import { confirmation, orderLink } from '../support/mail';
import { cents } from '../support/money';
import { buyAsFilledIn, expectPaidOrder, expectUnpaidOrder } from '../support/order';
import { Card, expectPaymentPage, payByCard } from '../support/payment-page';
import { sessionsOf } from '../support/sandbox';
import type { Found, Visitor } from './pages';
import { work } from './places';

const addresses: Partial<Found> = {};

test.describe.configure({ mode: 'serial' });
test.beforeAll(() => mkdirSync(work(), { recursive: true }));

function here(page: Page): string {
  const { pathname, search } = new URL(page.url());
  return pathname + search;
}

async function remember(page: Page, visitor: Visitor): Promise<void> {
  await page.context().storageState({ path: work(`${visitor}.json`) });
}

test('addresses', async ({ page }) => {
  await openLongListing(page);
  addresses.listing = here(page);
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Next' }).click();
  await expect(page).toHaveURL(/page=2/);
  addresses.secondPage = here(page);
  await openDepartment(page, Department.Shoes);
  await tilesWithChoice(page).first().getByRole('heading', { level: 3 }).getByRole('link').click();
  await expect(page).toHaveURL(/\/p\//);
  addresses.choice = here(page);
  await page.goto('/search?q=lamp');
  await tilesWithoutChoice(page).first().getByRole('heading', { level: 3 }).getByRole('link').click();
  await expect(page).toHaveURL(/\/p\//);
  addresses.plain = here(page);
  await openSoldOutGoods(page);
  addresses.soldOut = here(page);
});

test('a cart, and a checkout step by step', async ({ browser, page, shopper, extraHTTPHeaders }) => {
  await page.goto('/');
  await remember(page, 'nobody');
  const steps: [Visitor, (page: Page) => Promise<void>][] = [
    ['with a cart', async () => {}],
    ['at shipping', (page) => fillContact(page, shopper)],
    [
      'at review',
      async (page) => {
        await fillContact(page, shopper);
        await fillShipping(page, shopper);
      },
    ],
  ];
  for (const [visitor, goOn] of steps) {
    const context = await browser.newContext({ extraHTTPHeaders });
    const another = await context.newPage();
    await openGoods(another, Department.Kitchen);
    await addToCart(another, 'with scripts', 2);
    await openGoods(another, Department.Audio);
    await addToCart(another, 'with scripts');
    await startCheckout(another);
    await goOn(another);
    await remember(another, visitor);
    await context.close();
  }
});

test('an order paid, and one that waits for its payment', async ({ page, shopper }) => {
  await openGoods(page, Department.Cameras);
  await addToCart(page, 'with scripts');
  const total = await goToPaymentPage(page, shopper);
  await payByCard(page, Card.paid);
  const number = await expectPaidOrder(page, total);
  addresses.paid = here(page);
  addresses.mailed = orderLink(await confirmation(shopper.email, number), number);

  await openGoods(page, Department.Outdoors);
  await addToCart(page, 'with scripts', 2);
  // Who has ordered before is not asked again.
  await startCheckout(page);
  await expect(page).toHaveURL(/step=review/);
  const waits = cents(await payButton(page).innerText());
  await agreeToTerms(page).check();
  await payButton(page).click();
  await expectPaymentPage(page, waits);
  const open = (await sessionsOf(shopper.email)).find(({ status }) => status === 'open');
  addresses.notCharged = `/checkout/return?session_id=${open?.id}`;
  await page.goto(addresses.notCharged);
  await page.getByRole('link', { name: 'Look at the order' }).click();
  await expectUnpaidOrder(page, waits);
  addresses.unpaid = here(page);
  await remember(page, 'customer');
  writeFileSync(work('found.json'), JSON.stringify(addresses));
});

test('an account with an address and an order', async ({ page, shopper }) => {
  await signUp(page, shopper.email);
  await page.goto('/account/addresses');
  await saveAddress(page, shopper);
  await openGoods(page, Department.Bags);
  await addToCart(page, 'with scripts');
  await startCheckout(page);
  await buyAsFilledIn(page);
  await remember(page, 'with an account');
});

// Every page and state that is pictured: who sees it, and how it is reached.

import { expect, type Page } from '../support/test';
import { awake, withoutTheBrowsersChecks } from '../support/page';
import personal from '../support/personal.json';

/** Someone with a past in the shop, made by `prepare.ts`; refused forms leave traces, so they have visitors of their own. */
export type Visitor = 'nobody' | 'with a cart' | 'at shipping' | 'at review' | 'customer' | 'with an account';

/** Addresses that differ from shop to shop. */
export interface Found {
  listing: string;
  secondPage: string;
  choice: string;
  plain: string;
  soldOut: string;
  paid: string;
  unpaid: string;
  notCharged: string;
  mailed: string;
}

export interface Shot {
  name: string;
  visitor: Visitor;
  /** What there is nothing of without scripts. */
  scripts?: 'needed';
  /** What floats over a page is pictured with what of the page is on the screen. */
  extent?: 'screen';
  open(page: Page, found: Found): Promise<void>;
}

const at = (path: string) => async (page: Page) => {
  await page.goto(path);
};
const atFound = (place: keyof Found) => async (page: Page, found: Found) => {
  await page.goto(found[place]);
};
const summary = (page: Page) => page.getByRole('main').getByRole('alert').filter({ hasText: /\S/ }).first();

export const SHOTS: Shot[] = [
  { name: 'home', visitor: 'nobody', open: at('/') },
  {
    name: 'menu',
    visitor: 'nobody',
    extent: 'screen',
    async open(page) {
      await page.goto('/');
      await page.getByRole('button', { name: 'Departments' }).click();
    },
  },
  {
    name: 'suggestions',
    visitor: 'nobody',
    scripts: 'needed',
    extent: 'screen',
    async open(page) {
      await page.goto('/');
      await awake(page);
      const box = page.getByRole('combobox', { name: 'Search products' });
      await box.click();
      await box.pressSequentially('lam');
      await expect(page.getByRole('listbox', { name: 'Suggestions' })).toBeVisible();
      await box.press('ArrowDown');
    },
  },
  { name: 'listing', visitor: 'nobody', open: atFound('listing') },
  { name: 'listing-page-2', visitor: 'nobody', open: atFound('secondPage') },
  { name: 'search', visitor: 'nobody', open: at('/search?q=lamp') },
  { name: 'search-nothing', visitor: 'nobody', open: at('/search?q=qqqxxzzz') },
  { name: 'product', visitor: 'nobody', open: atFound('choice') },
  { name: 'product-without-choice', visitor: 'nobody', open: atFound('plain') },
  { name: 'product-sold-out', visitor: 'nobody', open: atFound('soldOut') },
  {
    name: 'product-refused',
    visitor: 'nobody',
    async open(page, found) {
      await page.goto(found.choice);
      await page.getByRole('main').getByRole('textbox', { name: 'Quantity' }).fill('0');
      await page.getByRole('button', { name: 'Add to cart', exact: true }).click();
      await expect(page.getByText('Enter a whole number from 1 to 99.').first()).toBeVisible();
    },
  },
  { name: 'cart-empty', visitor: 'nobody', open: at('/cart') },
  { name: 'cart', visitor: 'at review', open: at('/cart') },
  { name: 'contact', visitor: 'with a cart', open: at('/checkout?step=contact') },
  {
    name: 'contact-refused',
    visitor: 'with a cart',
    async open(page) {
      await page.goto('/checkout?step=contact');
      await page.getByRole('textbox', { name: 'E-mail address' }).fill(personal.unfinishedEmail);
      await page.getByRole('button', { name: 'Continue to shipping' }).click();
      await expect(summary(page)).toBeVisible();
    },
  },
  { name: 'shipping', visitor: 'at shipping', open: at('/checkout?step=shipping') },
  {
    name: 'shipping-refused',
    visitor: 'at shipping',
    async open(page) {
      await page.goto('/checkout?step=shipping');
      await withoutTheBrowsersChecks(page);
      await page.getByRole('button', { name: 'Continue to review' }).click();
      await expect(summary(page)).toBeVisible();
    },
  },
  { name: 'review', visitor: 'at review', open: at('/checkout?step=review') },
  {
    name: 'review-refused',
    visitor: 'at review',
    async open(page) {
      await page.goto('/checkout?step=review');
      await withoutTheBrowsersChecks(page);
      await page.getByRole('button', { name: /^Pay €/ }).click();
      await expect(summary(page)).toBeVisible();
    },
  },
  { name: 'not-charged', visitor: 'customer', open: atFound('notCharged') },
  { name: 'order-unpaid', visitor: 'customer', open: atFound('unpaid') },
  { name: 'order-paid', visitor: 'customer', open: atFound('paid') },
  { name: 'order-mailed-link', visitor: 'nobody', open: atFound('mailed') },
  { name: 'sign-in', visitor: 'nobody', open: at('/login') },
  {
    name: 'sign-up-refused',
    visitor: 'nobody',
    async open(page) {
      await page.goto('/signup');
      await page.getByRole('textbox', { name: 'E-mail address' }).fill(`ann@${personal.mailDomain}`);
      await page.getByLabel('Password').fill('password1');
      await page.getByRole('button', { name: 'Create account' }).click();
      await expect(summary(page)).toBeVisible();
    },
  },
  { name: 'account', visitor: 'with an account', open: at('/account') },
  { name: 'account-orders', visitor: 'with an account', open: at('/account/orders') },
  { name: 'account-addresses', visitor: 'with an account', open: at('/account/addresses') },
  { name: 'account-security', visitor: 'with an account', open: at('/account/security') },
  { name: 'terms', visitor: 'nobody', open: at('/pages/terms') },
  { name: 'not-found', visitor: 'nobody', open: at('/no-such-page') },
];

// Buying, and making and opening an account, with Tab, Enter, Space and arrows alone; where the focus is can be seen at
// every step.

import { expect, test, type Locator, type Page } from '../support/test';
import { PASSWORD, mailedLink } from '../support/account';
import { cartLine } from '../support/cart';
import { Department, openGoods } from '../support/catalogue';
import { agreeToTerms, payButton } from '../support/checkout';
import { cents } from '../support/money';
import { expectPaidOrder } from '../support/order';
import { awake, errorSummary } from '../support/page';
import { Card, expectPaymentPage } from '../support/payment-page';
import personal from '../support/personal.json';

/** Presses Tab until something has the focus, and sees that every stop on the way can be seen. */
async function tabTo(page: Page, target: Locator, atMost = 80): Promise<void> {
  for (let presses = 0; presses < atMost; presses += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
    await expectFocusToBeSeen(page);
  }
  throw new Error(`Tab did not reach ${target} within ${atMost} presses.`);
}

async function expectFocusToBeSeen(page: Page): Promise<void> {
  const focus = await page.evaluate(() => {
    const element = document.activeElement;
    if (!element || element === document.body) return null;
    const ring = (style: CSSStyleDeclaration) => style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
    const box = element.getBoundingClientRect();
    const x = Math.min(Math.max(box.x + box.width / 2, 0), innerWidth - 1);
    const y = Math.min(Math.max(box.y + Math.min(box.height / 2, innerHeight / 2), 0), innerHeight - 1);
    const top = document.elementFromPoint(x, y);
    return {
      what: `${element.tagName} "${(element.textContent || element.getAttribute('aria-label') || element.getAttribute('name') || '').trim().slice(0, 40)}"`,
      ring: ring(getComputedStyle(element)) || ring(getComputedStyle(element, '::after')),
      onScreen: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
      covered: Boolean(top?.closest('header') && !element.closest('header')),
    };
  });
  if (!focus) return;
  expect(focus, focus.what).toEqual({ ...focus, ring: true, onScreen: true, covered: false });
}

test('the first stop is the skip link, and it leads to the content', async ({ page }) => {
  for (const path of ['/', '/cart', '/search?q=lamp', '/no-such-page']) {
    await page.goto(path);
    await page.keyboard.press('Tab');
    const skip = page.getByRole('link', { name: 'Skip to content' });
    await expect(skip).toBeFocused();
    await expect(skip).toBeInViewport();
    await expectFocusToBeSeen(page);
    await page.keyboard.press('Enter');
    await expect(page.getByRole('main')).toBeFocused();
  }
});

test('the menu of departments opens, closes and gives the focus back', async ({ page }) => {
  await page.goto('/');
  const button = page.getByRole('button', { name: 'Departments' });
  const menu = page.getByRole('banner').getByRole('navigation', { name: 'Departments' });
  await tabTo(page, button);
  await page.keyboard.press('Enter');
  await expect(menu).toBeVisible();
  await tabTo(page, menu.getByRole('link').first(), 3);
  await page.keyboard.press('Escape');
  await expect(menu).toBeHidden();
  await expect(button).toBeFocused();
  await page.keyboard.press('Space');
  await tabTo(page, menu.getByRole('link').nth(1), 4);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/c\/[a-z-]+$/);
});

test('a guest buys with the keyboard alone', async ({ page, shopper }) => {
  const goods = await openGoods(page, Department.Outdoors);
  const keys = page.keyboard;
  await awake(page);

  await test.step('into the cart', async () => {
    await tabTo(page, page.getByRole('button', { name: 'Add to cart', exact: true }));
    await keys.press('Enter');
    const drawer = page.getByRole('dialog', { name: 'Cart' });
    await expect(drawer.getByRole('heading', { name: 'In your cart' })).toBeFocused();
    await keys.press('Escape');
    await expect(drawer).toBeHidden();
    await expect(page.getByRole('button', { name: 'Added', exact: true })).toBeFocused();
    await tabTo(page, page.getByRole('link', { name: 'View cart' }), 3);
    await keys.press('Enter');
    await expect(page).toHaveURL(/\/cart$/);
  });

  await test.step('one more of it', async () => {
    await awake(page);
    await tabTo(page, page.getByRole('button', { name: 'One more' }));
    await keys.press('Space');
    await expect(cartLine(page, goods.name).getByRole('textbox', { name: 'Quantity' })).toHaveValue('2');
    await expect(page.getByRole('button', { name: 'One more' })).toBeFocused();
    await tabTo(page, page.getByRole('link', { name: 'Go to checkout' }));
    await keys.press('Enter');
  });

  await test.step('contact', async () => {
    await expect(page).toHaveURL(/step=contact/);
    await tabTo(page, page.getByRole('textbox', { name: 'E-mail address' }));
    await keys.type(shopper.email);
    await keys.press('Enter');
  });

  await test.step('shipping', async () => {
    await expect(page).toHaveURL(/step=shipping/);
    const fields: [string, string][] = [
      ['Full name', shopper.name],
      ['Street and house number', shopper.street],
      ['Postcode', shopper.postcode],
      ['City', shopper.city],
    ];
    for (const [name, text] of fields) {
      await tabTo(page, page.getByRole('textbox', { name }));
      await keys.type(text);
    }
    const methods = page.getByRole('group', { name: 'Delivery' }).getByRole('radio');
    await tabTo(page, methods.first(), 12);
    await keys.press('ArrowDown');
    await expect(methods.nth(1)).toBeChecked();
    await keys.press('ArrowUp');
    await expect(methods.first()).toBeChecked();
    await tabTo(page, page.getByRole('button', { name: 'Continue to review' }));
    await keys.press('Enter');
  });

  let total = 0;
  await test.step('review', async () => {
    await expect(page).toHaveURL(/step=review/);
    total = cents(await payButton(page).innerText());
    await tabTo(page, agreeToTerms(page));
    await keys.press('Space');
    await expect(agreeToTerms(page)).toBeChecked();
    await tabTo(page, payButton(page));
    await keys.press('Enter');
  });

  await test.step('payment', async () => {
    await expectPaymentPage(page, total);
    const fields: [string, string][] = [
      ['Card number', Card.paid],
      ['Expiry date', '12/34'],
      ['Security code', '123'],
      ['Name on card', personal.nameOnCard],
    ];
    for (const [name, text] of fields) {
      await tabTo(page, page.getByRole('textbox', { name }));
      await keys.type(text);
    }
    await keys.press('Enter');
    await expectPaidOrder(page, total);
  });
});

test('an account is made, confirmed, left and opened again with the keyboard alone', async ({ page, shopper }) => {
  const keys = page.keyboard;
  const main = page.getByRole('main');
  const email = main.getByRole('textbox', { name: 'E-mail address' });
  const password = main.getByLabel('Password', { exact: true });

  await test.step('from the header to the form of a new account', async () => {
    await page.goto('/');
    await tabTo(page, page.getByRole('banner').getByRole('link', { name: 'Account' }));
    await keys.press('Enter');
    await expect(page).toHaveURL(/\/login/);
    await tabTo(page, main.getByRole('link', { name: 'Create an account' }));
    await keys.press('Enter');
    await expect(page.getByRole('heading', { level: 1, name: 'Create an account' })).toBeVisible();
  });

  await test.step('a refusal leads to its field', async () => {
    await tabTo(page, email);
    await keys.type(shopper.email);
    await tabTo(page, password, 2);
    await keys.type('short');
    await keys.press('Enter');
    await expect(errorSummary(page)).toBeFocused();
    await tabTo(page, errorSummary(page).getByRole('link'), 2);
    await keys.press('Enter');
    await expect(password).toBeFocused();
    await expect(email).toHaveValue(shopper.email);
    await keys.type(PASSWORD);
    await keys.press('Enter');
    await expect(page.getByText('We sent you a mail')).toBeVisible();
  });

  await test.step('the mailed link', async () => {
    await page.goto(await mailedLink(shopper.email, '/verify'));
    await tabTo(page, main.getByLabel('The password you signed up with'));
    await keys.type(PASSWORD);
    await tabTo(page, main.getByRole('button', { name: 'Confirm address' }), 2);
    await keys.press('Space');
    await expect(page.getByText('Your e-mail address is confirmed.')).toBeVisible();
  });

  await test.step('out and in again', async () => {
    await tabTo(page, main.getByRole('button', { name: 'Sign out' }));
    await keys.press('Enter');
    await expect(page.getByText('You are signed out.')).toBeVisible();
    await tabTo(page, email);
    await keys.type(shopper.email);
    await tabTo(page, password, 2);
    await keys.type(PASSWORD);
    await tabTo(page, main.getByRole('button', { name: 'Sign in' }), 2);
    await keys.press('Enter');
    await expect(page).toHaveURL(/\/account$/);
    await expect(main).toContainText(shopper.email);
  });
});

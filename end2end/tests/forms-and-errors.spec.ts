// What is typed wrong is answered in words at the field, keeps what was typed, and never ends on a blank page.

import { expect, test } from '../support/test';
import { addToCart, cartLine, cartLink, cartSummary } from '../support/cart';
import { Department, openGoods, tiles } from '../support/catalogue';
import { agreeToTerms, fillContact, fillShipping, goToReview, payButton, startCheckout } from '../support/checkout';
import { euros, cents } from '../support/money';
import { amount, awake, errorSummary, sent, withoutTheBrowsersChecks } from '../support/page';
import { expectPaymentPage } from '../support/payment-page';
import personal from '../support/personal.json';

test.describe('checkout', () => {
  test('a wrong e-mail address', async ({ page }) => {
    await openGoods(page, Department.Clothing);
    await addToCart(page, 'with scripts');
    await startCheckout(page);
    const email = page.getByRole('textbox', { name: 'E-mail address' });
    const go = page.getByRole('button', { name: 'Continue to shipping' });

    await email.fill(personal.unfinishedEmail);
    expect(await sent(page, () => go.click())).toBe(422);
    await expect(errorSummary(page)).toBeFocused();
    await expect(email).toHaveValue(personal.unfinishedEmail);
    await expect(email).toHaveAccessibleDescription(/Check the part after the @/);
    await errorSummary(page).getByRole('link').click();
    await expect(email).toBeFocused();

    await withoutTheBrowsersChecks(page);
    await email.fill('');
    expect(await sent(page, () => go.click())).toBe(422);
    await expect(email).toHaveAccessibleDescription(/Enter your e-mail address\./);
    await expect(email).toHaveAttribute('aria-invalid', 'true');
  });

  test('missing and wrong fields of an address are all named at once and survive a reload', async ({ page, shopper }) => {
    await openGoods(page, Department.Clothing);
    await addToCart(page, 'with scripts');
    await startCheckout(page);
    await fillContact(page, shopper);
    const field = (name: string) => page.getByRole('textbox', { name });
    await field('Full name').fill(' ');
    await field('Street and house number').fill(shopper.street);
    await field('Postcode').fill('1016');
    await field('City').fill(' ');
    expect(await sent(page, () => page.getByRole('button', { name: 'Continue to review' }).click())).toBe(422);

    await expect(errorSummary(page)).toBeFocused();
    await expect(errorSummary(page).getByRole('link')).toHaveCount(3);
    await expect(field('Street and house number')).toHaveValue(shopper.street);
    await expect(field('Postcode')).toHaveValue('1016');
    await expect(field('Postcode')).toHaveAccessibleDescription(/1012 JS/);
    for (const name of ['Full name', 'Postcode', 'City']) await expect(field(name)).toHaveAttribute('aria-invalid', 'true');
    for (const link of await errorSummary(page).getByRole('link').all()) {
      await link.click();
      await expect(page.getByRole('textbox').and(page.locator(':focus'))).toHaveAttribute('aria-invalid', 'true');
    }

    await page.goto('/checkout?step=shipping');
    await expect(field('Street and house number')).toHaveValue(shopper.street);
    await expect(field('Postcode')).toHaveValue('1016');
    await page.goto('/checkout?step=review');
    await expect(page).toHaveURL(/step=shipping/);
  });

  test('another billing address is asked for only when it differs', async ({ page, shopper }) => {
    await openGoods(page, Department.Clothing);
    await addToCart(page, 'with scripts');
    await startCheckout(page);
    await fillContact(page, shopper);
    const billing = page.getByRole('group', { name: 'Billing address' });
    await expect(billing).toBeHidden();
    await page.getByRole('checkbox', { name: 'The bill goes to the same address' }).uncheck();
    await expect(billing).toBeVisible();
    await page.getByRole('textbox', { name: 'Full name' }).first().fill(shopper.name);
    await page.getByRole('textbox', { name: 'Street and house number' }).first().fill(shopper.street);
    await page.getByRole('textbox', { name: 'Postcode' }).first().fill(shopper.postcode);
    await page.getByRole('textbox', { name: 'City' }).first().fill(shopper.city);
    expect(await sent(page, () => page.getByRole('button', { name: 'Continue to review' }).click())).toBe(422);
    await expect(billing).toBeVisible();
    await expect(billing.getByRole('textbox', { name: 'Full name' })).toHaveAttribute('aria-invalid', 'true');
    await billing.getByRole('textbox', { name: 'Full name' }).fill(personal.payer.name);
    await billing.getByRole('textbox', { name: 'Street and house number' }).fill(personal.payer.street);
    await billing.getByRole('textbox', { name: 'Postcode' }).fill(personal.payer.postcode.replace(' ', ''));
    await billing.getByRole('textbox', { name: 'City' }).fill(personal.payer.city);
    await page.getByRole('button', { name: 'Continue to review' }).click();
    await expect(page).toHaveURL(/step=review/);
    await expect(page.getByText(/Bill to Accounts Department.*3011 AD/)).toBeVisible();
  });

  test('no order without consent, and the note is kept and sent along', async ({ page, shopper }) => {
    await openGoods(page, Department.Clothing);
    await addToCart(page, 'with scripts');
    const total = await goToReview(page, shopper);
    await agreeToTerms(page).uncheck();
    const note = page.getByRole('textbox', { name: 'Note to us' });
    await note.fill(personal.note);
    await withoutTheBrowsersChecks(page);
    expect(await sent(page, () => payButton(page).click())).toBe(422);
    await expect(errorSummary(page)).toBeFocused();
    await expect(agreeToTerms(page)).toHaveAccessibleDescription(/Agree to the terms/);
    await expect(note).toHaveValue(personal.note);
    await expect(payButton(page)).toHaveText(`Pay ${euros(total)}`);
    await agreeToTerms(page).check();
    await payButton(page).click();
    await expectPaymentPage(page, total);
  });

  test('a total that moved meanwhile is shown, not charged', async ({ page, context, shopper }) => {
    await openGoods(page, Department.Clothing);
    await addToCart(page, 'with scripts');
    const total = await goToReview(page, shopper);
    const other = await context.newPage();
    await openGoods(other, Department.Stationery);
    await addToCart(other, 'with scripts');
    expect(await sent(page, () => payButton(page).click())).toBe(422);
    await expect(errorSummary(page)).toContainText(`The total changed from ${euros(total)} to`);
    await expect(payButton(page)).not.toHaveText(`Pay ${euros(total)}`);
  });
});

test.describe('quantities', () => {
  for (const typed of ['0', '100', 'abc']) {
    test(`"${typed}" is refused on a product's page`, async ({ page }) => {
      await openGoods(page, Department.Audio);
      await awake(page);
      const quantity = page.getByRole('main').getByRole('textbox', { name: 'Quantity' });
      await quantity.evaluate((input) => input.removeAttribute('maxlength'));
      await quantity.fill(typed);
      expect(await sent(page, () => page.getByRole('button', { name: 'Add to cart', exact: true }).click())).toBe(422);
      await expect(page.getByRole('status').filter({ hasText: /Enter a whole number from 1 to 99\./ })).toBeVisible();
      await expect(quantity).toHaveAccessibleDescription(/Enter a whole number from 1 to 99\./);
      await expect(quantity).toHaveAttribute('aria-invalid', 'true');
      await expect(quantity).toBeFocused();
      await expect(quantity).toHaveValue(typed);
      await expect(page.getByRole('button', { name: 'Add to cart', exact: true })).toBeVisible();
      await expect(cartLink(page)).toHaveText('Cart');
    });
  }

  test('in the cart a refused number gives way to the old one, and 0 removes the line', async ({ page }) => {
    const goods = await openGoods(page, Department.Audio);
    await addToCart(page, 'with scripts', 2);
    await awake(page);
    const line = cartLine(page, goods.name);
    const unit = cents(await line.getByText(/ each$/).innerText());
    const quantity = line.getByRole('textbox', { name: 'Quantity' });
    await quantity.fill('ab');
    await quantity.press('Enter');
    await expect(line.getByRole('alert')).toHaveText(/Enter a whole number up to 99/);
    await expect(quantity).toHaveValue('2');
    await expect(amount(cartSummary(page), 'Items')).toHaveText(euros(2 * unit));

    await quantity.fill('0');
    await quantity.press('Enter');
    await expect(page.getByRole('heading', { name: 'Your cart is empty' })).toBeVisible();
    await expect(cartLink(page)).toHaveText('Cart');
  });

  test('after a removal the focus is on the next line, at the end on the words that nothing is left', async ({ page }) => {
    const first = await openGoods(page, Department.Audio);
    await addToCart(page, 'with scripts');
    const second = await openGoods(page, Department.Cameras);
    await addToCart(page, 'with scripts');
    await awake(page);
    await page.getByRole('button', { name: `Remove ${first.name}` }).press('Enter');
    await expect(cartLine(page, first.name)).toHaveCount(0);
    await expect(cartLine(page, second.name)).toBeFocused();
    await page.getByRole('button', { name: `Remove ${second.name}` }).press('Enter');
    await expect(page.getByRole('heading', { name: 'Your cart is empty' })).toBeVisible();
    await expect(page.getByText('Removed from your cart.').locator('..')).toBeFocused();
  });

  test.describe('without scripts', () => {
    test.use({ javaScriptEnabled: false });

    test('the page comes back with the number and what is wrong with it', async ({ page }) => {
      await openGoods(page, Department.Audio);
      const quantity = page.getByRole('main').getByRole('textbox', { name: 'Quantity' });
      await quantity.fill('0');
      expect(await sent(page, () => page.getByRole('button', { name: 'Add to cart', exact: true }).click())).toBe(422);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await expect(quantity).toHaveValue('0');
      await expect(quantity).toHaveAccessibleDescription(/Enter a whole number from 1 to 99\./);
    });
  });
});

test.describe('addresses that lead nowhere', () => {
  for (const path of ['/no-such-page', '/p/no-such-product', '/c/no-such-department', '/order/100000001', '/pages/no-such-text']) {
    test(`${path} is a page that helps on`, async ({ page }) => {
      const answer = await page.goto(path);
      expect(answer?.status()).toBe(404);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await expect(page.getByRole('combobox', { name: 'Search products' })).toBeVisible();
      await page.getByRole('main').getByRole('link', { name: 'Go to the shop' }).click();
      await expect(page).toHaveURL(/\/$/);
    });
  }

  test('a page of a list beyond its last', async ({ page }) => {
    const answer = await page.goto('/search?q=lamp&page=9999');
    expect(answer?.status()).toBe(404);
    await expect(page.getByRole('main').getByRole('link').first()).toBeVisible();
  });

  test('a payment that is nobody’s', async ({ page }) => {
    const answer = await page.goto('/checkout/return?session_id=cs_test_nothing');
    expect(answer?.status()).toBe(404);
    await expect(page.getByRole('heading', { level: 1, name: 'We cannot show this payment here' })).toBeVisible();
  });

  test('a checkout with nothing to buy', async ({ page }) => {
    await page.goto('/checkout?step=review');
    await expect(page).toHaveURL(/\/cart$/);
    await expect(page.getByRole('heading', { level: 1, name: 'Your cart is empty' })).toBeVisible();
  });
});

test.describe('search', () => {
  test('a word with a wrong letter finds what was meant', async ({ page }) => {
    await page.goto('/');
    const box = page.getByRole('combobox', { name: 'Search products' });
    await box.fill('teapto');
    await box.press('Enter');
    await expect(page).toHaveURL(/\/search\?q=teapto$/);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Results for “teapto”');
    await expect(tiles(page).first().getByRole('heading', { level: 3 })).toHaveText(/teapot/i);
    await expect(page.getByRole('combobox', { name: 'Search products' })).toHaveValue('teapto');
  });

  test('nothing found is never a blank page', async ({ page }) => {
    await page.goto('/search?q=qqqxxzzz');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Nothing found for “qqqxxzzz”');
    await expect(page.getByRole('region', { name: 'Departments' }).getByRole('link')).not.toHaveCount(0);
    await expect(tiles(page)).not.toHaveCount(0);
    await page.goto('/search?q=');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('What are you looking for?');
  });

  test('what was searched for is shown as text, whatever it holds', async ({ page }) => {
    const query = '<img src=x onerror=alert(1)> "lamp\' & \\';
    await page.goto(`/search?q=${encodeURIComponent(query)}`);
    await expect(page.getByRole('heading', { level: 1 })).toContainText('<img src=x');
    await expect(page.getByRole('combobox', { name: 'Search products' })).toHaveValue(query);
  });

  test('suggestions are reached, closed and followed by keys', async ({ page }) => {
    await page.goto('/');
    await awake(page);
    const box = page.getByRole('combobox', { name: 'Search products' });
    const list = page.getByRole('listbox', { name: 'Suggestions' });
    await box.click();
    await box.pressSequentially('lam');
    await expect(list).toBeVisible();
    await expect(box).toHaveAttribute('aria-expanded', 'true');
    const options = list.getByRole('option');
    const count = await options.count();
    expect(count).toBeGreaterThan(1);

    await box.press('ArrowDown');
    await expect(options.nth(0)).toHaveAttribute('aria-selected', 'true');
    await expect(box).toHaveAttribute('aria-activedescendant', String(await options.nth(0).getAttribute('id')));
    await box.press('ArrowDown');
    await expect(options.nth(0)).toHaveAttribute('aria-selected', 'false');
    await expect(options.nth(1)).toHaveAttribute('aria-selected', 'true');
    await box.press('ArrowUp');
    await box.press('ArrowUp');
    await expect(options.nth(0)).toHaveAttribute('aria-selected', 'false');
    await box.press('ArrowUp');
    await expect(options.nth(count - 1)).toHaveAttribute('aria-selected', 'true');

    await box.press('Escape');
    await expect(list).toBeHidden();
    await expect(box).toHaveValue('lam');
    await expect(box).toBeFocused();
    await expect(box).toHaveAttribute('aria-expanded', 'false');

    await box.press('ArrowDown');
    await expect(list).toBeVisible();
    const href = String(await options.nth(0).getAttribute('href'));
    await box.press('Enter');
    await expect(page).toHaveURL(new RegExp(`${href.replace(/[?]/g, '\\?')}$`));
  });

  test('Enter without a chosen suggestion searches for what was typed', async ({ page }) => {
    await page.goto('/');
    await awake(page);
    const box = page.getByRole('combobox', { name: 'Search products' });
    await box.click();
    await box.pressSequentially('lamp');
    await expect(page.getByRole('listbox', { name: 'Suggestions' })).toBeVisible();
    await box.press('Enter');
    await expect(page).toHaveURL(/\/search\?q=lamp$/);
    await expect(tiles(page)).not.toHaveCount(0);
  });
});

// A guest with scripts: from the home page to the paid order, and back to it by the mailed link.

import { expect, test } from '../support/test';
import { cartLine, cartLink, cartSummary } from '../support/cart';
import { Department, chooseVariant, tiles } from '../support/catalogue';
import { agreeToTerms, fillContact, fillShipping, payButton, startCheckout } from '../support/checkout';
import { confirmation, orderLink } from '../support/mail';
import { cents, euros } from '../support/money';
import { expectPaidOrder } from '../support/order';
import { amount, awake, expectSameDocument, hold, markDocument } from '../support/page';
import { Card, expectPaymentPage, payByCard } from '../support/payment-page';

test('a guest chooses a variant, pays and opens the order from the mail', async ({ page, browser, shopper, isMobile }) => {
  let name = '';
  let unit = 0;
  let total = 0;
  let number = '';

  await test.step('from the home page to a variant, which has its own address', async () => {
    ({ name } = await chooseVariant(page, isMobile ? Department.Textiles : Department.Clothing));
    await expect(page).toHaveURL(/\/p\/[a-z0-9-]+\?sku=[A-Za-z0-9-]+$/);
    const address = page.url();
    const chosen = await page.getByRole('main').getByRole('group').first().locator('[aria-current]').innerText();
    await page.reload();
    await expect(page).toHaveURL(address);
    await expect(page.getByRole('main').getByRole('group').first().locator('[aria-current]')).toHaveText(chosen);
  });

  await test.step('adding shows each state and fills the badge without a reload', async () => {
    await awake(page);
    await markDocument(page);
    await expect(cartLink(page)).toHaveText('Cart');
    const sending = await hold(page, '/api/cart/add*');
    await page.getByRole('button', { name: 'Add to cart', exact: true }).click();
    await sending.arrived;
    await expect(page.getByRole('button', { name: 'Adding…' })).toBeVisible();
    sending.release();
    await expect(page.getByRole('button', { name: 'Added', exact: true })).toBeVisible();
    await expect(page.getByText('It is in your cart.')).toBeVisible();
    await expect(cartLink(page)).toHaveText('Cart1');
    await expectSameDocument(page);
  });

  await test.step('the cart shows a new quantity and its total before the server has answered', async () => {
    await cartLink(page).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Your cart' })).toBeVisible();
    await awake(page);
    await markDocument(page);
    const line = cartLine(page, name);
    unit = cents(await line.getByText(/ each$/).innerText());
    await expect(amount(cartSummary(page), 'Items')).toHaveText(euros(unit));
    const sending = await hold(page, '/api/cart/set*');
    await line.getByRole('button', { name: 'One more' }).click();
    await sending.arrived;
    await expect(amount(cartSummary(page), 'Items')).toHaveText(euros(2 * unit));
    await expect(amount(cartSummary(page), 'Total')).toHaveText(euros(2 * unit));
    await expect(line.getByText(euros(2 * unit), { exact: true })).toBeVisible();
    sending.release();
    await expect(cartLink(page)).toHaveText('Cart2');
    await expect(line.getByRole('textbox', { name: 'Quantity' })).toHaveValue('2');
    await expectSameDocument(page);
    await page.reload();
    await expect(amount(cartSummary(page), 'Items')).toHaveText(euros(2 * unit));
  });

  await test.step('contact, shipping, review', async () => {
    await startCheckout(page);
    await fillContact(page, shopper);
    await fillShipping(page, shopper);
    await expect(page.getByRole('main')).toContainText(shopper.email);
    await expect(page.getByRole('main')).toContainText(shopper.street);
    total = cents(await payButton(page).innerText());
    const order = page.getByRole('complementary', { name: 'Your order' });
    if (isMobile) {
      await expect(order.getByText(euros(total)).first()).toBeVisible();
      await expect(amount(order, 'Total')).toBeHidden();
      await order.getByText('Your order').click();
    }
    const items = cents(await amount(order, 'Items').innerText());
    const shipping = await amount(order, 'Shipping').innerText();
    expect(items).toBe(2 * unit);
    expect(total).toBe(items + (shipping === 'Free' ? 0 : cents(shipping)));
    await expect(amount(order, 'Total').first()).toHaveText(euros(total));
    await agreeToTerms(page).check();
    await payButton(page).click();
  });

  await test.step('paying leads back to the paid order', async () => {
    await expectPaymentPage(page, total);
    await payByCard(page, Card.paid);
    number = await expectPaidOrder(page, total);
    await expect(page.getByText(`The confirmation goes to ${shopper.email}.`)).toBeVisible();
    await expect(page.getByRole('region', { name: 'What you ordered' })).toContainText(name);
    await expect(cartLink(page)).toHaveText('Cart');
  });

  await test.step('what was bought has left the cart', async () => {
    await cartLink(page).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Your cart is empty' })).toBeVisible();
  });

  await test.step('the mailed link opens the order in another browser, after a press only', async () => {
    const link = orderLink(await confirmation(shopper.email, number), number);
    const elsewhere = await browser.newContext();
    const other = await elsewhere.newPage();
    const alone = await other.goto(`/order/${number}`);
    expect(alone?.status(), 'the number alone').toBe(404);
    await other.goto(link);
    await expect(other.getByRole('button', { name: 'Show my order' })).toBeVisible();
    await expect(other.getByText(shopper.street)).toHaveCount(0);
    await other.getByRole('button', { name: 'Show my order' }).click();
    expect(await expectPaidOrder(other, total)).toBe(number);
    await expect(other.getByText(shopper.street).first()).toBeVisible();
    await elsewhere.close();
  });
});

test('goods without a choice go into the cart from their tile', async ({ page, isMobile }) => {
  await page.goto('/search?q=lamp');
  await awake(page);
  await markDocument(page);
  const tile = tiles(page).filter({ has: page.getByRole('button', { name: /^Add .* to cart$/ }) }).first();
  const button = tile.getByRole('button', { name: /^Add .* to cart$/ });
  const name = await tile.getByRole('heading', { level: 3 }).innerText();
  await (isMobile ? button.tap() : button.click());
  await expect(cartLink(page)).toHaveText('Cart1');
  await expect(tile.getByRole('status')).toContainText('It is in your cart.');
  await expectSameDocument(page);
  await cartLink(page).click();
  await expect(cartLine(page, name).getByRole('textbox', { name: 'Quantity' })).toHaveValue('1');
});

// A connection that is slow or gone: nothing is lost, and the page says what it waits for.

import { expect, test } from '../support/test';
import { addToCart, cartLine, cartLink, cartSummary } from '../support/cart';
import { Department, openGoods } from '../support/catalogue';
import { fillContact, fillShipping, startCheckout } from '../support/checkout';
import { amount, awake, hold } from '../support/page';
import { cents, euros } from '../support/money';

const OFFLINE = 'You are offline. What you change is sent when the connection is back.';

test('a quantity chosen offline is sent once there is a connection', async ({ page, context }) => {
  const { name } = await openGoods(page, Department.Play);
  await addToCart(page, 'with scripts');
  await awake(page);
  const unit = cents(await amount(cartSummary(page), 'Items').innerText());
  await context.setOffline(true);
  await expect(page.getByText(OFFLINE)).toBeVisible();
  await cartLine(page, name).getByRole('button', { name: 'One more' }).click();
  await expect(amount(cartSummary(page), 'Items')).toHaveText(euros(2 * unit));
  await expect(cartLink(page)).toHaveText('Cart1');
  await context.setOffline(false);
  await expect(page.getByText(OFFLINE)).toHaveCount(0);
  await expect(cartLink(page)).toHaveText('Cart2');
});

test('a step of the checkout that was sent offline goes on by itself', async ({ page, context, shopper }) => {
  await openGoods(page, Department.Play);
  await addToCart(page, 'with scripts');
  await startCheckout(page);
  await fillContact(page, shopper);
  await expect(page).toHaveURL(/step=shipping/);
  await context.setOffline(true);
  const sent = fillShipping(page, shopper);
  await expect(page.getByText(OFFLINE)).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'City' })).toHaveValue(shopper.city);
  await context.setOffline(false);
  await sent;
});

test('a step that takes long says so', async ({ page, shopper }) => {
  await openGoods(page, Department.Play);
  await addToCart(page, 'with scripts');
  // A page that is being left answers no questions, so it tells by itself; and time goes faster for it.
  const words = new Promise((resolve) => page.exposeFunction('heard', resolve));
  await page.addInitScript(() => {
    addEventListener('DOMContentLoaded', () => {
      const place = document.querySelector('[data-connection]');
      const { heard } = window as unknown as { heard(words: string): void };
      if (place) new MutationObserver(() => place.textContent && heard(place.textContent)).observe(place, { childList: true });
    });
    const later = window.setTimeout;
    window.setTimeout = ((run: () => void, milliseconds: number, ...rest: unknown[]) => later(run, milliseconds / 100, ...rest)) as typeof setTimeout;
  });
  await startCheckout(page);
  const sending = await hold(page, '/api/checkout/contact');
  const sent = fillContact(page, shopper);
  await sending.arrived;
  expect(await words).toBe('Still sending.');
  sending.release();
  await sent;
  await expect(page).toHaveURL(/step=shipping/);
});

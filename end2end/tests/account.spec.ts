// From signing up to the first order in the history, with scripts and without, on a phone too; a forgotten password.

import { expect, test } from '../support/test';
import { PASSWORD, mailedLink, signIn, signOut, signUp } from '../support/account';
import { addToCart } from '../support/cart';
import { Department, openGoods } from '../support/catalogue';
import { startCheckout } from '../support/checkout';
import { buyAsFilledIn } from '../support/order';
import { errorSummary } from '../support/page';
import personal from '../support/personal.json';

for (const scripts of ['with scripts', 'without scripts'] as const) {
  test.describe(scripts, () => {
    test.use({ javaScriptEnabled: scripts === 'with scripts' });

    test(`signing up, saving an address and buying with it, ${scripts}`, async ({ page, shopper, isMobile }) => {
      test.setTimeout(120_000);
      await signUp(page, shopper.email);
      await expect(page.getByRole('main')).toContainText(shopper.email);

      await page.goto('/account/addresses');
      await page.getByRole('textbox', { name: 'Full name' }).fill(shopper.name);
      await page.getByRole('textbox', { name: 'Street and house number' }).fill(shopper.street);
      await page.getByRole('textbox', { name: 'Postcode' }).fill('not a postcode');
      await page.getByRole('textbox', { name: 'City' }).fill(shopper.city);
      await page.getByRole('button', { name: 'Save address' }).click();
      await expect(page.getByRole('textbox', { name: 'Street and house number' })).toHaveValue(shopper.street);
      await page.getByRole('textbox', { name: 'Postcode' }).fill(shopper.postcode);
      await page.getByRole('button', { name: 'Save address' }).click();
      await expect(page.getByText('The address is saved.')).toBeVisible();

      await openGoods(page, isMobile ? Department.Garden : Department.Bags);
      await addToCart(page, scripts);
      if (scripts === 'with scripts') await page.goto('/cart');
      await startCheckout(page);
      // The account's own address is the contact, its default address fills the form.
      await expect(page).toHaveURL(/step=shipping/);
      await expect(page.getByRole('textbox', { name: 'Street and house number' })).toHaveValue(shopper.street);
      const number = await buyAsFilledIn(page);

      await page.goto('/account/orders');
      await page.getByRole('link', { name: new RegExp(number) }).first().click();
      await expect(page.getByRole('heading', { level: 1 })).toContainText(number);
      // What is under way must arrive first.
      await page.goto('/account/privacy?erase=yes');
      await expect(page.getByRole('main').getByRole('link', { name: `Order ${number}` })).toBeVisible();
      await expect(page.getByRole('button', { name: /^Erase/ })).toHaveCount(0);
      await signOut(page);
      await page.goto('/account/orders');
      await expect(page).toHaveURL(/\/login\?next=%2Faccount%2Forders/);
    });
  });
}

test('a forgotten password is set anew and the old one is over', async ({ page, shopper }) => {
  await signUp(page, shopper.email);
  await signOut(page);
  await signIn(page, shopper.email, personal.wrongPassword);
  await expect(page.getByRole('textbox', { name: 'E-mail address' })).toHaveValue(shopper.email);
  await expect(errorSummary(page)).toContainText('do not belong together');
  await page.getByRole('link', { name: 'Forgotten your password?' }).click();
  await page.getByRole('textbox', { name: 'E-mail address' }).fill(shopper.email);
  await page.getByRole('button', { name: 'Send link' }).click();
  await expect(page.getByText('a mail with a link is on its way')).toBeVisible();
  await page.goto(await mailedLink(shopper.email, '/reset'));
  await page.getByLabel('New password').fill(personal.newPassword);
  await page.getByRole('button', { name: 'Save password' }).click();
  await expect(page.getByText('Your new password is set.')).toBeVisible();
  await signIn(page, shopper.email, PASSWORD);
  await expect(errorSummary(page)).toContainText('do not belong together');
  await signIn(page, shopper.email, personal.newPassword);
  await expect(page).toHaveURL(/\/account$/);
});

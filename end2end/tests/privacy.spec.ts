// One's own data, twice, after the password; then the account is erased and nothing of it opens again.

import { readFile } from 'node:fs/promises';
import { expect, test, type Page } from '../support/test';
import { PASSWORD, saveAddress, signIn, signUp } from '../support/account';
import { addToCart, cartLink } from '../support/cart';
import { Department, openGoods } from '../support/catalogue';
import { errorSummary, expectRefusedAt, sent } from '../support/page';

for (const scripts of ['with scripts', 'without scripts'] as const) {
  test.describe(scripts, () => {
    test.use({ javaScriptEnabled: scripts === 'with scripts' });

    test(`a customer fetches everything about themselves and erases the account, ${scripts}`, async ({ page, shopper }) => {
      test.setTimeout(120_000);
      await signUp(page, shopper.email);
      await page.getByRole('textbox', { name: 'Name' }).fill('Ann');
      await page.getByRole('button', { name: 'Save name' }).click();
      await page.goto('/account/addresses');
      await saveAddress(page, shopper);
      const goods = await openGoods(page, scripts === 'with scripts' ? Department.Lighting : Department.Watches);
      await addToCart(page, scripts, 2);

      await test.step('a wrong password prepares nothing', async () => {
        await page.goto('/account');
        await page.getByRole('link', { name: 'Your data' }).click();
        expect(await pressedWith(page, 'not the password', 'Prepare my data')).toBe(422);
        await expectRefusedAt(page, page.getByLabel('Your password'), /not your present password/);
        await expect(page.getByLabel('Your password')).toHaveValue('');
        expect((await page.request.get('/account/privacy/data.json')).status()).toBe(404);
      });

      await test.step('as JSON', async () => {
        expect(await pressedWith(page, PASSWORD, 'Prepare my data')).toBe(303);
        await expect(page.getByText('Your data are ready.')).toBeVisible();
        const { name, text } = await downloaded(page, 'Fetch as JSON');
        expect(name).toBe('my-data.json');
        const data = JSON.parse(text);
        expect(data.account).toMatchObject({ email: shopper.email, name: 'Ann', confirmed: true });
        expect(data.account.addresses).toMatchObject([{ default: true, address: { name: shopper.name, line1: shopper.street, postcode: shopper.postcode, city: shopper.city, country: 'NL' } }]);
        expect(data.cart).toMatchObject([{ name: goods.name, quantity: 2 }]);
        expect(data.browsers).toHaveLength(1);
        expect(data.orders).toEqual([]);
        expect(text).not.toContain(PASSWORD);
      });

      await test.step('as CSV, after the password again', async () => {
        await page.goto('/account/privacy');
        await expect(page.getByRole('link', { name: /^Fetch/ })).toHaveCount(0);
        expect(await pressedWith(page, PASSWORD, 'Prepare my data')).toBe(303);
        const { name, text } = await downloaded(page, 'Fetch as CSV');
        expect(name).toBe('my-data.csv');
        expect(text.split('\r\n')).toEqual(expect.arrayContaining(['field,value', `account.email,${shopper.email}`, 'account.name,Ann', `account.addresses.0.address.line1,${shopper.street}`, 'cart.0.quantity,2']));
        expect((await page.request.get('/account/privacy/data.csv')).status(), 'a second copy').toBe(404);
      });

      await test.step('a wrong password erases nothing', async () => {
        await page.goto('/account/privacy');
        await page.getByRole('link', { name: 'Erase my account' }).click();
        await expect(page.getByRole('button', { name: 'Prepare my data' })).toHaveCount(0);
        expect(await pressedWith(page, 'not the password', 'Erase my account for good')).toBe(422);
        await expectRefusedAt(page, page.getByLabel('Your password'), /not your present password/);
        await expect(page.getByRole('button', { name: 'Prepare my data' })).toHaveCount(0);
      });

      await test.step('the account is gone, with its session, its cart and its password', async () => {
        expect(await pressedWith(page, PASSWORD, 'Erase my account for good')).toBe(303);
        await expect(page).toHaveURL(/\/login$/);
        await expect(page.getByText('Your account is erased.')).toBeVisible();
        await page.goto('/account/privacy');
        await expect(page).toHaveURL('/login?next=%2Faccount%2Fprivacy');
        await cartLink(page).click();
        await expect(page.getByRole('heading', { level: 1, name: 'Your cart is empty' })).toBeVisible();
        await signIn(page, shopper.email);
        await expect(errorSummary(page)).toContainText('do not belong together');
      });
    });
  });
}

/** Types the password, presses the button, answers with the status. */
async function pressedWith(page: Page, password: string, button: string): Promise<number> {
  await page.getByLabel('Your password').fill(password);
  return sent(page, () => page.getByRole('button', { name: button }).click());
}

async function downloaded(page: Page, link: string): Promise<{ name: string; text: string }> {
  const begun = page.waitForEvent('download');
  await page.getByRole('link', { name: link }).click();
  const file = await begun;
  return { name: file.suggestedFilename(), text: await readFile(await file.path(), 'utf8') };
}

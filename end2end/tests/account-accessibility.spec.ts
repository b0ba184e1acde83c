// Every page of an account and every state of it, as axe sees it in both colour schemes, and on the narrowest screen.

import { expect, test, type Page } from '../support/test';
import { judgeAtEveryWidth } from '../support/accessibility';
import { PASSWORD, mailedLink, signIn, signUp } from '../support/account';
import { addToCart } from '../support/cart';
import { Department, openGoods } from '../support/catalogue';
import { startCheckout } from '../support/checkout';
import { buyAsFilledIn } from '../support/order';
import { errorSummary, withoutTheBrowsersChecks } from '../support/page';

async function look(page: Page, path: string, state: string): Promise<void> {
  await page.goto(path);
  await judgeAtEveryWidth(page, state);
}

/** Sends the form that stands there, which is refused. */
async function lookAtRefusal(page: Page, button: string, state: string): Promise<void> {
  await withoutTheBrowsersChecks(page);
  await page.getByRole('main').getByRole('button', { name: button, exact: true }).click();
  await expect(errorSummary(page)).toBeFocused();
  await judgeAtEveryWidth(page, state);
}

test('the doors of an account', async ({ page, shopper }) => {
  test.setTimeout(300_000);
  const email = page.getByRole('main').getByRole('textbox', { name: 'E-mail address' });
  await look(page, '/login', 'sign-in');
  await signIn(page, shopper.email, 'not the password');
  await expect(errorSummary(page)).toBeFocused();
  await judgeAtEveryWidth(page, 'sign-in, refused');
  await look(page, '/signup', 'sign-up');
  await email.fill('ann@example');
  await page.getByLabel('Password').fill('short');
  await lookAtRefusal(page, 'Create account', 'sign-up, refused');
  await look(page, '/forgot', 'forgotten password');
  await email.fill('ann@example');
  await lookAtRefusal(page, 'Send link', 'forgotten password, refused');
  await look(page, '/reset?token=nothing', 'a link for a password that has ended');
  await look(page, '/verify?token=nothing', 'a link for an address that has ended');

  await page.goto('/signup');
  await email.fill(shopper.email);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.getByText('We sent you a mail')).toBeVisible();
  await judgeAtEveryWidth(page, 'sign-in after a sign-up');
  await signIn(page, shopper.email);
  await expect(page.getByRole('button', { name: 'Send the mail again' })).toBeVisible();
  await judgeAtEveryWidth(page, 'account that is not confirmed');
  await page.getByRole('main').getByRole('button', { name: 'Sign out' }).click();
  await look(page, await mailedLink(shopper.email, '/verify'), 'confirming an address');
  await page.getByLabel('The password you signed up with').fill('not the password');
  await lookAtRefusal(page, 'Confirm address', 'confirming an address, refused');

  await page.goto('/forgot');
  await email.fill(shopper.email);
  await page.getByRole('button', { name: 'Send link' }).click();
  await expect(page.getByText('a mail with a link is on its way')).toBeVisible();
  await look(page, await mailedLink(shopper.email, '/reset'), 'a new password');
  await page.getByLabel('New password').fill('short');
  await lookAtRefusal(page, 'Save password', 'a new password, refused');
});

test('an account without orders', async ({ page, shopper }) => {
  test.setTimeout(300_000);
  await signUp(page, shopper.email);
  await judgeAtEveryWidth(page, 'account that was just confirmed');
  await look(page, '/account/orders', 'no orders yet');
  await look(page, '/account/security', 'sign-in and security');
  await look(page, '/account/security?change=password', 'another password');
  await page.getByLabel('Present password').fill('not the password');
  await page.getByLabel('New password').fill('another sentence of mine');
  await lookAtRefusal(page, 'Change password', 'another password, refused');
  await look(page, '/account/security?change=email', 'another e-mail address');
  await page.getByLabel('New e-mail address').fill('ann@example');
  await lookAtRefusal(page, 'Change e-mail address', 'another e-mail address, refused');
  const other = `other-${shopper.email}`;
  await page.getByLabel('New e-mail address').fill(other);
  await page.getByLabel('Present password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Change e-mail address' }).click();
  await expect(page.getByText('takes its place once you open the link')).toBeVisible();
  await judgeAtEveryWidth(page, 'another e-mail address that waits');
  await look(page, await mailedLink(other, '/verify'), 'confirming another address');
});

test('addresses and a first order', async ({ page, shopper, isMobile }) => {
  test.setTimeout(300_000);
  await signUp(page, shopper.email);
  await look(page, '/account/addresses', 'no addresses yet');
  await page.getByRole('textbox', { name: 'Postcode' }).fill('1016');
  await lookAtRefusal(page, 'Save address', 'an address, refused');
  await page.getByRole('combobox', { name: 'Country' }).selectOption('US');
  await page.getByRole('button', { name: 'Update country' }).click();
  await expect(page.getByRole('combobox', { name: 'State' })).toBeVisible();
  await judgeAtEveryWidth(page, 'an address elsewhere');
  await page.goto('/account/addresses');
  for (const street of [shopper.street, 'Coolsingel 40']) {
    await page.getByRole('textbox', { name: 'Full name' }).fill(shopper.name);
    await page.getByRole('textbox', { name: 'Street and house number' }).fill(street);
    await page.getByRole('textbox', { name: 'Postcode' }).fill(shopper.postcode);
    await page.getByRole('textbox', { name: 'City' }).fill(shopper.city);
    await page.getByRole('button', { name: 'Save address' }).click();
    await expect(page.getByText('The address is saved.')).toBeVisible();
  }
  await judgeAtEveryWidth(page, 'two addresses');
  const edit = String(await page.getByRole('link', { name: 'Edit Coolsingel 40' }).getAttribute('href'));
  // Without the jump to the form, which leaves half of another button under the header.
  await look(page, edit.split('#')[0], 'an address to edit');

  await openGoods(page, isMobile ? Department.Lighting : Department.Textiles);
  await addToCart(page, 'with scripts');
  await page.goto('/cart');
  await startCheckout(page);
  await judgeAtEveryWidth(page, 'shipping with the saved address');
  await buyAsFilledIn(page);
  await look(page, '/account', 'account with an order and an address');
  await look(page, '/account/orders', 'orders');
  await look(page, '/account/privacy?erase=yes', 'an account that an order keeps');
});

test('one’s own data', async ({ page, shopper }) => {
  test.setTimeout(300_000);
  await signUp(page, shopper.email);
  const password = page.getByLabel('Your password');
  await look(page, '/account/privacy', 'own data');
  await password.fill('not the password');
  await lookAtRefusal(page, 'Prepare my data', 'own data, refused');
  await password.fill(PASSWORD);
  await page.getByRole('button', { name: 'Prepare my data' }).click();
  await expect(page.getByRole('link', { name: 'Fetch as CSV' })).toBeVisible();
  await judgeAtEveryWidth(page, 'own data to fetch');
  await look(page, '/account/privacy?erase=yes', 'erasing the account');
  await password.fill('not the password');
  await lookAtRefusal(page, 'Erase my account for good', 'erasing the account, refused');
  await password.fill(PASSWORD);
  await page.getByRole('button', { name: 'Erase my account for good' }).click();
  await expect(page.getByText('Your account is erased.')).toBeVisible();
  await judgeAtEveryWidth(page, 'sign-in after the account was erased');
});

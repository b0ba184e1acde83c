// Staff: how somebody is invited, comes in with a code of their app, sees what the role allows, and is out when an owner
// says so; what owner and axe see of it. One owner is signed in for all of it, as each code is good for once.

import { expect, test, type Page } from '../support/test';
import { judgeAtEveryWidth } from '../support/accessibility';
import { PASSWORD, signIn, signUp } from '../support/account';
import { addToCart } from '../support/cart';
import { Department, openGoods } from '../support/catalogue';
import { goToPaymentPage } from '../support/checkout';
import { euros } from '../support/money';
import { expectPaidOrder } from '../support/order';
import { amount, errorSummary, expectRefusedAt } from '../support/page';
import { Card, payByCard } from '../support/payment-page';
import { acceptInvitation, adminLinks, codeField, confirmApp, enterCode, invite, memberLine, readApp, signInAsDemoOwner, type App } from '../support/staff';
import { demoPassword } from '../support/environment';

test.describe.configure({ mode: 'default' });

let owner: Page;

test.beforeAll(async ({ browser }) => {
  owner = await (await browser.newContext()).newPage();
  await signInAsDemoOwner(owner);
});

test.afterAll(async () => {
  await owner?.context().close();
});

test('a member of staff is invited, comes in, gets another role and loses the access', async ({ page, browser, shopper }) => {
  test.setTimeout(180_000);
  const { email } = shopper;
  const elsewhere = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
  let app: App;
  let id = '';

  await test.step('an owner invites somebody, after the own password', async () => {
    await invite(owner, email, 'Read only', 'not the password');
    await expectRefusedAt(owner, owner.getByLabel('Your own password'), /not your present password/);
    await expect(owner.getByRole('textbox', { name: 'E-mail address' })).toHaveValue(email);
    await expect(owner.getByRole('combobox', { name: 'Role' })).toHaveValue('read_only');
    await invite(owner, email, 'Read only');
    await expect(owner.getByText('The invitation is on its way.')).toBeVisible();
    await expect(memberLine(owner, email)).toContainText('Invited');
    await expect(memberLine(owner, email)).toContainText('Read only');
  });

  await test.step('a second invitation of the same address is refused', async () => {
    await invite(owner, email, 'Owner');
    await expectRefusedAt(owner, owner.getByRole('textbox', { name: 'E-mail address' }), /This address has an account/);
  });

  await test.step('the mail leads to a password, the first sign-in to an app', async () => {
    app = await acceptInvitation(page, email);
    await page.goto('/admin/orders');
    await expect(page, 'the password alone opens nothing').toHaveURL(/\/login\?next=%2Fadmin%2Forders/);
    await page.goto('/login/code');
    expect(await enterCode(page, '12345')).toBe(422);
    await expectRefusedAt(page, codeField(page), /This code is not right/);
    expect(await readApp(page), 'the same key and codes as before').toEqual(app);
  });

  await test.step('what the role may not do is neither offered nor done', async () => {
    const code = await confirmApp(page, app);
    await expect(page.getByRole('heading', { level: 1, name: 'Orders' })).toBeVisible();
    await expect(page.getByText('Signed in as read only')).toBeVisible();
    await expect(adminLinks(page)).toHaveText(['Orders']);
    for (const path of ['/admin/staff', '/admin/audit']) {
      const answer = await page.goto(path);
      expect(answer?.status(), path).toBe(403);
      await expect(page.getByRole('main')).toContainText('Your account may not do this.');
    }
    await expect(adminLinks(owner)).toHaveText(['Orders', 'Staff', 'Audit log']);

    await signIn(elsewhere, email);
    await expect(elsewhere.getByRole('heading', { level: 1, name: 'Your code' })).toBeVisible();
    expect(await enterCode(elsewhere, code), 'a code that was used').toBe(422);
    await expectRefusedAt(elsewhere, codeField(elsewhere), /it was used before/);
  });

  await test.step('a recovery code opens once', async () => {
    const [spare, another] = app.recoveryCodes;
    expect(await enterCode(elsewhere, spare)).toBe(303);
    await expect(elsewhere.getByRole('heading', { level: 1, name: 'Orders' })).toBeVisible();
    await elsewhere.getByRole('button', { name: 'Sign out' }).click();
    await expect(elsewhere.getByText('You are signed out.')).toBeVisible();
    await signIn(elsewhere, email);
    expect(await enterCode(elsewhere, spare), 'a recovery code that was used').toBe(422);
    // As people type what they copied from paper.
    expect(await enterCode(elsewhere, another.toUpperCase().replaceAll('-', ' '))).toBe(303);
    await expect(elsewhere.getByRole('heading', { level: 1, name: 'Orders' })).toBeVisible();
  });

  await test.step('another role ends every session', async () => {
    await owner.goto('/admin/staff');
    await owner.getByRole('link', { name: `Change ${email}` }).click();
    id = String(new URL(owner.url()).searchParams.get('change'));
    await expect(owner.getByRole('heading', { level: 2, name: email })).toBeVisible();
    await owner.getByRole('combobox', { name: 'Role' }).selectOption({ label: 'Orders' });
    await owner.getByLabel('Your own password').fill(demoPassword());
    await owner.getByRole('button', { name: 'Change the role' }).click();
    await expect(owner.getByText('The role is changed; they sign in again.')).toBeVisible();
    for (const browser of [page, elsewhere]) {
      await browser.goto('/admin/orders');
      await expect(browser).toHaveURL(/\/login\?next=%2Fadmin%2Forders/);
    }
    await signIn(page, email);
    expect(await enterCode(page, app.recoveryCodes[2])).toBe(303);
    await expect(page.getByText('Signed in as orders')).toBeVisible();
  });

  await test.step('without access nobody signs in', async () => {
    await owner.goto(`/admin/staff?change=${id}`);
    await owner.getByLabel('Your own password').fill(demoPassword());
    await owner.getByRole('button', { name: 'Take the access away' }).click();
    await expect(owner.getByText('Their access is taken away.')).toBeVisible();
    await expect(memberLine(owner, email)).toContainText('No access');
    await expect(owner.getByRole('link', { name: `Change ${email}` })).toHaveCount(0);
    await page.goto('/admin/orders');
    await expect(page).toHaveURL(/\/login\?next=%2Fadmin%2Forders/);
    await signIn(page, email);
    await expect(errorSummary(page)).toContainText('do not belong together');
  });

  await test.step('the log has each of it, the newest first', async () => {
    await owner.getByRole('link', { name: 'Audit log' }).click();
    const rows = owner.getByRole('row').filter({ hasText: id });
    await expect(rows.getByRole('rowheader')).toHaveText(['Access taken away', 'Role changed', 'Added to the staff']);
    await expect(rows.nth(1)).toContainText('role: Read only');
    await expect(rows.nth(1)).toContainText('role: Orders');
    await expect(rows.nth(2)).toContainText('role: Read only');
    await expect(owner.getByRole('main'), 'ids, no addresses').not.toContainText('@');
  });
  await elsewhere.context().close();
});

test('neither a guest nor a customer gets into the admin', async ({ page, shopper }) => {
  for (const path of ['/admin', '/admin/orders', '/admin/staff', '/admin/audit']) {
    await page.goto(path);
    await expect(page).toHaveURL(`/login?next=${encodeURIComponent(path)}`);
  }
  await page.goto('/login/code');
  await expect(page, 'a code without a password before it').toHaveURL(/\/login$/);
  await signUp(page, shopper.email);
  for (const path of ['/admin', '/admin/orders', '/admin/staff', '/admin/audit']) {
    const answer = await page.goto(path);
    expect(answer?.status(), path).toBe(403);
    await expect(page.getByRole('navigation', { name: 'Admin' })).toHaveCount(0);
  }
});

test('an order is found by its number and shows what the customer typed', async ({ page, shopper }) => {
  test.setTimeout(180_000);
  const { name } = await openGoods(page, Department.Furniture);
  await addToCart(page, 'with scripts');
  const total = await goToPaymentPage(page, shopper);
  await payByCard(page, Card.paid);
  const number = await expectPaidOrder(page, total);

  await owner.goto('/admin');
  await owner.getByRole('textbox', { name: 'Order number' }).fill(number);
  await owner.getByRole('button', { name: 'Open' }).click();
  await expect(owner).toHaveURL(`/admin/orders/${number}`);
  await expect(owner.getByRole('heading', { level: 1, name: `Order ${number}` })).toBeVisible();
  const main = owner.getByRole('main');
  await expect(owner.getByRole('region', { name: 'Goods' }).getByRole('rowheader')).toContainText(name);
  for (const words of [shopper.email, shopper.name, shopper.street, shopper.postcode, 'Payment: Paid']) await expect(main).toContainText(words);
  await expect(amount(owner.getByRole('region', { name: 'Money' }), 'Total')).toHaveText(euros(total));
  await judgeAtEveryWidth(owner, 'an order in the admin');

  await owner.goto('/admin/orders?state=paid');
  await expect(owner.getByRole('row').filter({ hasText: number })).toContainText(euros(total));
  await judgeAtEveryWidth(owner, 'orders in one state');
  const nowhere = await owner.goto('/admin/orders/1');
  expect(nowhere?.status()).toBe(404);
  await judgeAtEveryWidth(owner, 'an order that does not exist');
});

test('the pages of staff are accessible in every state and fit the narrowest screen', async ({ page, shopper }) => {
  test.setTimeout(300_000);
  for (const [path, state] of [['/admin/orders', 'orders'], ['/admin/orders?state=delivered', 'orders in a state that none is in'], ['/admin/staff', 'staff'], ['/admin/audit', 'audit log']]) {
    await owner.goto(path);
    await judgeAtEveryWidth(owner, state);
  }
  await invite(owner, shopper.email, 'Catalogue', 'not the password');
  await judgeAtEveryWidth(owner, 'an invitation that is refused');
  await invite(owner, shopper.email, 'Catalogue');
  await judgeAtEveryWidth(owner, 'an invitation that was sent');

  const app = await acceptInvitation(page, shopper.email);
  await judgeAtEveryWidth(page, 'setting up an app');
  await enterCode(page, '12345');
  await judgeAtEveryWidth(page, 'setting up an app, with a wrong code');
  await confirmApp(page, app);
  await page.goto('/admin/staff');
  await judgeAtEveryWidth(page, 'a page the role may not see');
  await page.goto('/account/security');
  await judgeAtEveryWidth(page, 'sign-in and security of staff');
  await page.goto('/account/privacy?erase=yes');
  await page.getByLabel('Your password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Erase my account for good' }).click();
  await expect(errorSummary(page)).toContainText('Staff leave by way of an owner');
  await judgeAtEveryWidth(page, 'staff who want to be erased');
  await page.goto('/admin');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await signIn(page, shopper.email);
  await judgeAtEveryWidth(page, 'the second step');
  await enterCode(page, '12345');
  await judgeAtEveryWidth(page, 'the second step, with a wrong code');

  await owner.goto('/admin/staff');
  await owner.getByRole('link', { name: `Change ${shopper.email}` }).click();
  await judgeAtEveryWidth(owner, 'one member of staff');
  await owner.getByLabel('Your own password').fill('not the password');
  await owner.getByRole('button', { name: 'Take the access away' }).click();
  await expect(errorSummary(owner)).toBeFocused();
  await judgeAtEveryWidth(owner, 'one member of staff, with a wrong password');
  await owner.getByLabel('Your own password').fill(demoPassword());
  await owner.getByRole('button', { name: 'Take the access away' }).click();
  await expect(owner.getByText('Their access is taken away.')).toBeVisible();
});

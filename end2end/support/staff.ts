// Staff: invitations, and sign-in with a password and the code of an app, which the tests compute.

import { expect, type Locator, type Page } from './test';
import { PASSWORD, mailedLink, signIn } from './account';
import { demoPassword, operator } from './environment';
import { sent } from './page';
import { totp } from './totp';

const DEMO_OWNER = 'owner@demo.example';

export type Role = 'Owner' | 'Catalogue' | 'Orders' | 'Read only';

/** What is shown when an app is set up. */
export interface App {
  key: string;
  recoveryCodes: string[];
}

/** Signs in as the owner of a demo store. Only an operator command knows the code of their app. */
export async function signInAsDemoOwner(page: Page): Promise<void> {
  operator('demo', 'staff', demoPassword());
  await signIn(page, DEMO_OWNER, demoPassword());
  await expect(page.getByRole('heading', { level: 1, name: 'Your code' })).toBeVisible();
  // A code that was just used is refused. Each code is tried once, until the app shows another.
  let tried = '';
  await expect(async () => {
    const code = operator('demo', 'code', 'owner');
    expect(code, 'a code that was not tried yet').not.toBe(tried);
    tried = code;
    expect(await enterCode(page, code)).toBe(303);
  }).toPass({ timeout: 45_000 });
  await expect(page.getByRole('heading', { level: 1, name: 'Orders' })).toBeVisible();
}

export function codeField(page: Page): Locator {
  return page.getByRole('textbox', { name: 'Code', exact: true });
}

/** Answers with the status: 303 leads on, 422 is a refusal. */
export async function enterCode(page: Page, code: string): Promise<number> {
  await codeField(page).fill(code);
  return sent(page, () => page.getByRole('main').getByRole('button', { name: 'Sign in' }).click());
}

/** Asks for somebody to be invited; `password` is the owner's own. */
export async function invite(owner: Page, email: string, role: Role, password = demoPassword()): Promise<void> {
  await owner.goto('/admin/staff');
  await owner.getByRole('textbox', { name: 'E-mail address' }).fill(email);
  await owner.getByRole('combobox', { name: 'Role' }).selectOption({ label: role });
  await owner.getByLabel('Your own password').fill(password);
  await owner.getByRole('button', { name: 'Send the invitation' }).click();
}

/** From the mail of the invitation to the page where the app is set up. */
export async function acceptInvitation(page: Page, email: string): Promise<App> {
  await page.goto(await mailedLink(email, '/reset'));
  await page.getByLabel('New password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Save password' }).click();
  await expect(page.getByText('Your new password is set.')).toBeVisible();
  await signIn(page, email);
  return readApp(page);
}

export async function readApp(page: Page): Promise<App> {
  await expect(page.getByRole('heading', { level: 1, name: 'Set up your authenticator app' })).toBeVisible();
  await expect(page.getByRole('img', { name: 'The key below, for scanning' })).toBeVisible();
  const key = (await page.getByText(/^Key: /).getByRole('code').innerText()).replaceAll(' ', '');
  expect(key).toMatch(/^[A-Z2-7]{32}$/);
  const recoveryCodes = await page.getByRole('region', { name: 'Ten recovery codes' }).getByRole('listitem').allInnerTexts();
  expect(new Set(recoveryCodes).size).toBe(10);
  return { key, recoveryCodes };
}

/** The first code confirms the app and opens the session. */
export async function confirmApp(page: Page, app: App): Promise<string> {
  const code = totp(app.key);
  expect(await enterCode(page, code)).toBe(303);
  return code;
}

export function adminLinks(page: Page): Locator {
  return page.getByRole('navigation', { name: 'Admin' }).getByRole('link');
}

/** What the list of staff says about somebody. */
export function memberLine(owner: Page, email: string): Locator {
  return owner.getByRole('region', { name: 'Who works here' }).locator('div').filter({ hasText: email }).last();
}

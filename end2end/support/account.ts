// Accounts: the forms in and out, and the links that are mailed.

import { expect, type Page, type Shopper } from './test';
import { baseUrl } from './environment';
import { mailsTo } from './mail';
import personal from './personal.json';

export const { password: PASSWORD } = personal;

/** The path of the newest link of this kind in a mail to the address. A background job sends it. */
export async function mailedLink(email: string, path: '/verify' | '/reset'): Promise<string> {
  const links = async () => (await mailsTo(email)).map(({ text }) => text?.match(new RegExp(`https?://\\S+${path}\\?token=\\S+`))?.[0]).filter((link) => link !== undefined);
  await expect.poll(async () => (await links()).length, { message: `a link to ${path} for ${email}`, timeout: 20_000 }).toBeGreaterThan(0);
  const [newest] = await links();
  expect(new URL(newest).origin).toBe(new URL(baseUrl).origin);
  return newest.slice(new URL(newest).origin.length);
}

/** From nothing to a confirmed account that is signed in. */
export async function signUp(page: Page, email: string): Promise<void> {
  await page.goto('/signup');
  await page.getByRole('textbox', { name: 'E-mail address' }).fill(email);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.getByText('We sent you a mail')).toBeVisible();
  await page.goto(await mailedLink(email, '/verify'));
  await page.getByLabel('The password you signed up with').fill(PASSWORD);
  await page.getByRole('button', { name: /^Confirm/ }).click();
  await expect(page.getByText('Your e-mail address is confirmed.')).toBeVisible();
}

export async function signIn(page: Page, email: string, password = PASSWORD): Promise<void> {
  await page.goto('/login');
  await page.getByRole('textbox', { name: 'E-mail address' }).fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

export async function signOut(page: Page): Promise<void> {
  await page.goto('/account');
  await page.getByRole('main').getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByText('You are signed out.')).toBeVisible();
}

/** On the page of addresses. */
export async function saveAddress(page: Page, shopper: Shopper): Promise<void> {
  await page.getByRole('textbox', { name: 'Full name' }).fill(shopper.name);
  await page.getByRole('textbox', { name: 'Street and house number' }).fill(shopper.street);
  await page.getByRole('textbox', { name: 'Postcode' }).fill(shopper.postcode);
  await page.getByRole('textbox', { name: 'City' }).fill(shopper.city);
  await page.getByRole('button', { name: 'Save address' }).click();
  await expect(page.getByText('The address is saved.')).toBeVisible();
}

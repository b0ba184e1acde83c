// What holds on every page of the store.

import { expect, type Locator, type Page } from './test';

/** The islands have their handlers: from here on a press is theirs, not the plain form's. */
export async function awake(page: Page): Promise<void> {
  if ((await page.locator('leptos-island').count()) === 0) return;
  await expect(page.locator('html')).toHaveAttribute('data-islands', 'awake');
}

/** Survives as long as the document does. */
export async function markDocument(page: Page): Promise<void> {
  await page.evaluate(() => document.documentElement.setAttribute('data-same-document', 'yes'));
}

export async function expectSameDocument(page: Page): Promise<void> {
  await expect(page.locator('html')).toHaveAttribute('data-same-document', 'yes');
}

/** The number beside a name in a block of totals, such as "Total". */
export function amount(block: Locator, name: string): Locator {
  const exact = new RegExp(`^${name}$`);
  return block.getByRole('term').filter({ hasText: exact }).locator('..').getByRole('definition');
}

/** A request that is held until the page was looked at. */
export async function hold(page: Page, path: string): Promise<{ arrived: Promise<void>; release: () => void }> {
  let release = () => {};
  let arrive = () => {};
  const gate = new Promise<void>((resolve) => (release = resolve));
  const arrived = new Promise<void>((resolve) => (arrive = resolve));
  await page.route(`**${path}`, async (route) => {
    arrive();
    await gate;
    await route.continue();
  });
  return { arrived, release };
}

/** Lets a form go that the browser itself would hold back. */
export async function withoutTheBrowsersChecks(page: Page): Promise<void> {
  await page.getByRole('main').locator('form').evaluateAll((forms) => forms.forEach((form) => ((form as HTMLFormElement).noValidate = true)));
}

/** Presses a button and answers with the status of what it sent. */
export async function sent(page: Page, press: () => Promise<void>): Promise<number> {
  const answer = page.waitForResponse((response) => response.request().method() === 'POST');
  await press();
  return (await answer).status();
}

/** What is wrong with a form, above it. */
export function errorSummary(page: Page): Locator {
  return page.getByRole('main').getByRole('alert').filter({ hasText: /\S/ }).first();
}

/** The error is at its field and linked to it, and the error summary leads to the field (A11Y-6). */
export async function expectRefusedAt(page: Page, field: Locator, words: RegExp): Promise<void> {
  await expect(errorSummary(page)).toBeFocused();
  await expect(field).toHaveAttribute('aria-invalid', 'true');
  await expect(field).toHaveAccessibleDescription(words);
  await errorSummary(page).getByRole('link', { name: words }).click();
  await expect(field).toBeFocused();
}

// What every test begins with: a shopper nobody else is, coming from an address nobody else has. What is personal about
// them stands in `personal.json`, which the search for leaks reads too: nothing of it may be found behind the store.

import { createHash, randomUUID } from 'node:crypto';
import { test as base } from '@playwright/test';
import personal from './personal.json';

export { expect } from '@playwright/test';
export type { Browser, BrowserContext, Locator, Page } from '@playwright/test';

export interface Shopper {
  email: string;
  name: string;
  street: string;
  city: string;
  postcode: string;
}

export const test = base.extend<{ shopper: Shopper }>({
  shopper: async ({}, use) => {
    await use({ email: `shopper-${randomUUID()}@${personal.mailDomain}`, ...personal.shopper });
  },
  // Limits are counted by address: behind a trusted proxy each test has its own (RFC 2544's range for tests).
  extraHTTPHeaders: async ({}, use) => {
    const [a, b, c] = createHash('sha256').update(randomUUID()).digest();
    await use({ 'x-forwarded-for': `198.${18 + (a % 2)}.${b}.${c}` });
  },
});

// Every test has a shopper and an IP address of its own. The shopper's personal data are in
// `personal.json`. The search for leaks reads that file too: none of it may be in databases or logs.

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
  // Rate limits count by address. Behind a trusted proxy, each test has its own address (from the
  // test range of RFC 2544).
  extraHTTPHeaders: async ({}, use) => {
    const [a, b, c] = createHash('sha256').update(randomUUID()).digest();
    await use({ 'x-forwarded-for': `198.${18 + (a % 2)}.${b}.${c}` });
  },
});

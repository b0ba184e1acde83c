import { defineConfig } from '@playwright/test';
import { baseUrl, chromium } from './support/environment';

const phone = { width: 390, height: 844 };

/** What is laid out differently on a small screen. */
const alsoOnPhones = /(accessibility|account|buy-as-guest|buy-without-scripts|content-policy|pictures|size-and-shift)\.spec\.ts/;

export default defineConfig({
  testDir: './tests',
  outputDir: './test-results',
  // Next to their test, the same on every system: what they hold is structure, not looks.
  snapshotPathTemplate: '{testDir}/{testFileName}/../aria-snapshots/{arg}{ext}',
  reporter: 'list',
  workers: 2,
  fullyParallel: true,
  retries: 0,
  forbidOnly: true,
  timeout: 90_000,
  expect: { timeout: 10_000 },
  use: {
    baseURL: baseUrl,
    actionTimeout: 10_000,
    navigationTimeout: 20_000,
    screenshot: 'only-on-failure',
    // Nothing moves by itself, so that nothing has to be waited for.
    contextOptions: { reducedMotion: 'reduce' },
    launchOptions: {
      executablePath: chromium,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  projects: [
    { name: 'desktop', use: { viewport: { width: 1440, height: 900 } } },
    { name: 'phone', testMatch: alsoOnPhones, use: { viewport: phone, hasTouch: true, isMobile: true } },
  ],
});

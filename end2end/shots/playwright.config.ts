// Pictures of every page, for `cargo xtask shots`: first the visitors they need, then the pictures, then the sheets.
// `--compare` runs the last project alone.

import { defineConfig } from '@playwright/test';
import tests from '../playwright.config';
import { earlier, work } from './places';

export default defineConfig({
  ...tests,
  testDir: '.',
  outputDir: work('failures'),
  timeout: 60_000,
  use: { ...tests.use, screenshot: 'off' },
  projects: [
    { name: 'prepare', testMatch: 'prepare.ts', timeout: 180_000, use: { viewport: { width: 1440, height: 900 } } },
    { name: 'take', testMatch: 'take.ts', dependencies: ['prepare'] },
    { name: 'sheet', testMatch: 'sheet.ts', dependencies: ['take'] },
    { name: 'compare', testMatch: 'compare.ts', snapshotPathTemplate: earlier('{arg}{ext}') },
  ],
});

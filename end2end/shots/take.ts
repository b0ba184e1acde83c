// One picture of each page on each device in each look: whole into `target/shots`, its first screen for the sheet.

import { readFileSync } from 'node:fs';
import { test, type Page } from '../support/test';
import { awake } from '../support/page';
import { SHOTS, type Found } from './pages';
import { DEVICES, devices, LOOKS, looks, shots, work } from './places';

for (const device of devices) {
  for (const look of looks) {
    for (const shot of SHOTS) {
      if (shot.scripts === 'needed' && !LOOKS[look].javaScriptEnabled) continue;
      test.describe(`${device}, ${look}`, () => {
        test.use({ ...DEVICES[device], ...LOOKS[look], storageState: work(`${shot.visitor}.json`) });

        test(shot.name, async ({ page }) => {
          const found = JSON.parse(readFileSync(work('found.json'), 'utf8')) as Found;
          await shot.open(page, found);
          if (LOOKS[look].javaScriptEnabled) await awake(page);
          if (shot.extent !== 'screen') await loadPictures(page);
          await page.screenshot({ path: work(device, `${shot.name}.${look}.jpg`), type: 'jpeg', quality: 90 });
          await page.screenshot({ path: shots(device, `${shot.name}.${look}.png`), fullPage: shot.extent !== 'screen' });
        });
      });
    }
  }
}

/** What waits to be scrolled to is loaded now. */
async function loadPictures(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const pictures = [...document.images];
    for (const picture of pictures) picture.loading = 'eager';
    await Promise.all(pictures.map((picture) => picture.decode().catch(() => {})));
  });
}

// One sheet for each device: every page in its three looks, the first screen of each.

import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { expect, test } from '../support/test';
import { SHOTS } from './pages';
import { DEVICES, devices, looks, sheets, work, type Device } from './places';

/** Bytes: what a page of documentation may weigh. */
const LARGEST = 1_000_000;
/** How wide a picture is on the sheet, and how many pages stand beside each other. */
const LAYOUT: Record<Device, { width: number; columns: number }> = { phone: { width: 156, columns: 5 }, desktop: { width: 360, columns: 2 } };
const WORDS = { light: 'light', dark: 'dark', plain: 'without scripts' } as const;

for (const device of devices) {
  test(`the sheet of the ${device}`, async ({ page }) => {
    const { width, columns } = LAYOUT[device];
    const { viewport } = DEVICES[device];
    const height = Math.round((width * viewport.height) / viewport.width);
    const figures = SHOTS.map(({ name }) => {
      const pictures = looks.map((look) => {
        const file = work(device, `${name}.${look}.jpg`);
        return existsSync(file) ? `<img src="${pathToFileURL(file)}" alt="${WORDS[look]}">` : '<i>needs scripts</i>';
      });
      return `<figure><figcaption>${name.replaceAll('-', ' ')}</figcaption><div>${pictures.join('')}</div></figure>`;
    });
    const html = work(`${device}.html`);
    writeFileSync(
      html,
      `<!doctype html><meta charset="utf-8"><title>${device}</title><style>
        body { margin: 0; padding: 20px; width: max-content; background: #d9d6cf; font: 13px/1.4 sans-serif; color: #222; }
        h1 { margin: 0 0 16px; font-size: 16px; }
        main { display: grid; grid-template-columns: repeat(${columns}, max-content); gap: 20px 28px; }
        figure { margin: 0; }
        figcaption { margin-bottom: 4px; font-weight: bold; }
        div { display: flex; gap: 6px; }
        img, i { display: block; width: ${width}px; height: ${height}px; box-shadow: 0 0 2px #0006; }
        i { display: grid; place-items: center; box-shadow: none; color: #666; }
      </style><h1>${viewport.width} × ${viewport.height}: ${looks.map((look) => WORDS[look]).join(', ')}</h1><main>${figures.join('')}</main>`,
    );
    await page.goto(pathToFileURL(html).href);
    await page.evaluate(() => Promise.all([...document.images].map((image) => image.decode())));
    mkdirSync(sheets(), { recursive: true });
    const body = await page.locator('body').boundingBox();
    await page.setViewportSize({ width: Math.ceil(body?.width ?? 0), height: Math.ceil(body?.height ?? 0) });
    let bytes = Infinity;
    for (let quality = 80; quality >= 40 && bytes > LARGEST; quality -= 10) {
      const picture = await page.screenshot({ type: 'jpeg', quality, fullPage: true });
      bytes = picture.length;
      if (bytes <= LARGEST) writeFileSync(sheets(`${device}.jpg`), picture);
    }
    expect(bytes, 'bytes of the sheet').toBeLessThanOrEqual(LARGEST);
  });
}

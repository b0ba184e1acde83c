// Compares the screenshots in `target/shots` with those of an earlier run, pixel by pixel, for
// `cargo xtask shots --compare <folder>`. A page that differs is a failed test, with a picture of the difference.

import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from '../support/test';
import { SHOTS } from './pages';
import { devices, earlier, LOOKS, looks, shots } from './places';

for (const device of devices) {
  for (const look of looks) {
    for (const { name, scripts } of SHOTS) {
      if (scripts === 'needed' && !LOOKS[look].javaScriptEnabled) continue;
      const file = `${name}.${look}.png`;
      test(`${device}, ${look}: ${name}`, () => {
        test.skip(!existsSync(earlier(device, file)), 'a page that the earlier run did not know');
        expect(readFileSync(shots(device, file))).toMatchSnapshot([device, file], { threshold: 0.1, maxDiffPixels: 0 });
      });
    }
  }
}

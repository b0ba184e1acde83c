// Runs Lighthouse on pages of a store and writes what it found, run by run, as JSON:
//
//   node measure.mjs <file> <runs> <address>…
//
// Mobile, with Lighthouse's own simulated throttling (slow 4G, processor four times slower): the defaults. Each run has
// a browser of its own, so that nothing is cached; pages take turns, so that a busy moment is not one page's alone.

import { writeFileSync } from 'node:fs';
import { launch } from 'chrome-launcher';
import lighthouse from 'lighthouse';

const [file, runs, ...addresses] = process.argv.slice(2);
const CATEGORIES = ['performance', 'accessibility', 'best-practices', 'seo'];
const METRICS = {
  first_contentful_paint_ms: 'first-contentful-paint',
  largest_contentful_paint_ms: 'largest-contentful-paint',
  total_blocking_time_ms: 'total-blocking-time',
  cumulative_layout_shift: 'cumulative-layout-shift',
  speed_index_ms: 'speed-index',
  bytes: 'total-byte-weight',
};
// As in the browser tests: as root Chromium refuses its sandbox, and nothing of its own may be on the network meanwhile.
const FLAGS = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

async function measure(address) {
  const chrome = await launch({ chromePath: process.env.CHROME_PATH, chromeFlags: FLAGS, logLevel: 'silent' });
  try {
    const result = await lighthouse(address, { port: chrome.port, output: 'json', logLevel: 'error', onlyCategories: CATEGORIES });
    const { lhr } = result;
    if (lhr.runtimeError) throw new Error(`${address}: ${lhr.runtimeError.message}`);
    const scores = CATEGORIES.map((id) => [id, Math.round(lhr.categories[id].score * 100)]);
    const metrics = Object.entries(METRICS).map(([name, id]) => [name, lhr.audits[id].numericValue]);
    // What keeps a category from 100, so that a reader knows where to begin.
    const lost = CATEGORIES.slice(1).flatMap((id) => lhr.categories[id].auditRefs.filter(({ id: audit, weight }) => weight > 0 && lhr.audits[audit].score !== null && lhr.audits[audit].score < 1).map(({ id: audit }) => `${id}: ${lhr.audits[audit].title}`));
    return { ...Object.fromEntries(scores), ...Object.fromEntries(metrics), lost };
  } finally {
    await chrome.kill();
  }
}

/** Now and then the browser fails to record a page, and Lighthouse asks to be run again: that is no measurement. */
async function recorded(address, tries = 3) {
  try {
    return await measure(address);
  } catch (error) {
    if (tries === 1) throw error;
    console.log(`again: ${error.message}`);
    return recorded(address, tries - 1);
  }
}

const found = Object.fromEntries(addresses.map((address) => [address, []]));
for (let run = 1; run <= Number(runs); run += 1) {
  for (const address of addresses) {
    const measured = await recorded(address);
    found[address].push(measured);
    console.log(`run ${run} of ${runs}: ${new URL(address).pathname} ${CATEGORIES.map((id) => measured[id]).join(' ')}`);
  }
}
writeFileSync(file, JSON.stringify(found, null, 1));

// What is checked on every page and in every state of it, by axe and by what axe does not know.

import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from './test';

/** WCAG 2.2 AA, and what is good practice beyond it. No rule is left out. */
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'];
const SCHEMES = ['light', 'dark'] as const;
/** Also what is left of 1280 px when a page is magnified four times. */
const NARROWEST = { width: 320, height: 640 };

/**
 * Checks the current page with axe in both colour schemes. The test goes on after a defect, so that
 * one run lists all of them.
 */
export async function judge(page: Page, state: string): Promise<void> {
  await expectOutline(page, state);
  for (const colorScheme of SCHEMES) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    // Legacy mode opens no other page. Another page would take the focus and close open menus.
    // The store has no frames, so legacy mode misses nothing.
    const { violations } = await new AxeBuilder({ page }).withTags(TAGS).setLegacyMode().analyze();
    const defects = violations.flatMap(({ id, help, nodes }) => nodes.map((node) => `${id} (${help}): ${node.target.join(' ')} ${node.html.slice(0, 120)} ${colours(node.any)}`.trimEnd()));
    expect.soft(defects, `${state}, ${colorScheme}`).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: null, reducedMotion: 'reduce' });
}

/** As `judge`, and on the narrowest screen nothing is cut off and everything can be pressed. */
export async function judgeAtEveryWidth(page: Page, state: string): Promise<void> {
  await judge(page, state);
  const usual = page.viewportSize();
  await page.setViewportSize(NARROWEST);
  await expectNoSidewaysScroll(page, state);
  await expectTargets(page, `${state} at ${NARROWEST.width} px`);
  if (usual) await page.setViewportSize(usual);
}

/** The two colours and their ratio, where the defect is one of contrast. */
function colours(checks: { id: string; data: unknown }[]): string {
  const { data } = checks.find(({ id }) => id.startsWith('color-contrast')) ?? {};
  const found = data as { fgColor?: string; bgColor?: string; contrastRatio?: number } | undefined;
  return found?.contrastRatio ? `${found.fgColor} on ${found.bgColor} is ${found.contrastRatio}:1` : '';
}

/** One `h1`, one `main`, the skip link first, and an own title (A11Y-1). */
async function expectOutline(page: Page, state: string): Promise<void> {
  const outline = await page.evaluate(() => {
    const focusable = [...document.querySelectorAll<HTMLElement>('a[href], button, input:not([type=hidden]), select, textarea, [tabindex]')];
    const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
    return {
      headings: document.querySelectorAll('h1').length,
      mains: document.querySelectorAll('main').length,
      language: document.documentElement.lang,
      skips: focusable.find(({ tabIndex }) => tabIndex >= 0)?.getAttribute('href') === `#${document.querySelector('main')?.id}`,
      twice: [...new Set(ids.filter((id, index) => ids.indexOf(id) !== index))],
      titled: /\S · \S/.test(document.title),
    };
  });
  expect.soft(outline, state).toEqual({ headings: 1, mains: 1, language: 'en', skips: true, twice: [], titled: true });
}

/** No sideways scroll, nothing cut off at the edge (A11Y-11, WCAG 1.4.10). */
export async function expectNoSidewaysScroll(page: Page, state: string): Promise<void> {
  const layout = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.scrollingElement ?? document.documentElement;
    // What scrolls in itself, such as a strip of pictures, may be as wide as it likes inside.
    const insideStrip = (element: Element): boolean => {
      for (let above = element.parentElement; above; above = above.parentElement) {
        if (/auto|scroll|hidden|clip/.test(getComputedStyle(above).overflowX)) return true;
      }
      return false;
    };
    const visible = (element: Element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
    // Words for screen readers, and the skip link, are clipped away.
    const clipped = (element: Element | null): boolean => element !== null && (getComputedStyle(element).clipPath === 'inset(50%)' || clipped(element.parentElement));
    const all = [...document.body.querySelectorAll('*')].filter((element) => visible(element) && !clipped(element));
    const out = all.filter((element) => {
      const box = element.getBoundingClientRect();
      return box.width > 0 && (box.right > clientWidth + 1 || box.left < -1) && !insideStrip(element);
    });
    return {
      scrolls: scrollWidth > clientWidth ? `${scrollWidth} px in ${clientWidth} px` : 'no',
      out: out.slice(0, 5).map((element) => `<${element.tagName.toLowerCase()} class="${element.getAttribute('class') ?? ''}">`),
    };
  });
  expect.soft(layout, `${state} at ${page.viewportSize()?.width} px`).toEqual({ scrolls: 'no', out: [] });
}

/** Every target is at least 44 px wide and high, with the area around it that also takes clicks (A11Y-9). */
export async function expectTargets(page: Page, state: string): Promise<void> {
  const small = await page.evaluate(() => {
    const LEAST = 44;
    const clipped = (element: Element | null): boolean => element !== null && (getComputedStyle(element).clipPath === 'inset(50%)' || clipped(element.parentElement));
    const found: string[] = [];
    for (const element of document.querySelectorAll<HTMLElement>('a[href], button, input:not([type=hidden]), select, textarea, summary')) {
      const { width, height } = element.getBoundingClientRect();
      // Shown only while it has the focus, or not at all.
      if (!element.checkVisibility() || width <= 1 || height <= 1 || clipped(element)) continue;
      // A link in a sentence has its line's height (WCAG 2.5.8, the exception for inline targets).
      const siblings = [...(element.parentElement?.childNodes ?? [])].filter((node) => node !== element);
      if (getComputedStyle(element).display === 'inline' && siblings.some(({ textContent }) => /\S/.test(textContent ?? ''))) continue;
      element.scrollIntoView({ block: 'center', inline: 'center' });
      const labels = [...((element as HTMLInputElement).labels ?? [])];
      const sizes = [element, ...labels].map((part) => {
        const box = part.getBoundingClientRect();
        const takes = (dx: number, dy: number) => {
          const top = document.elementFromPoint(box.x + box.width / 2 + dx, box.y + box.height / 2 + dy);
          return top !== null && [element, ...labels].some((each) => each.contains(top));
        };
        const reach = (dx: number, dy: number) => {
          let length = 0;
          while (length < LEAST && takes(dx * length, dy * length)) length += 1;
          return length;
        };
        return [reach(-1, 0) + reach(1, 0) - 1, reach(0, -1) + reach(0, 1) - 1];
      });
      // Cut away to nothing until it is wanted.
      if (sizes.every(([wide]) => wide < 0)) continue;
      // One pixel is lost to edges between two pixels.
      if (sizes.every(([wide, high]) => wide < LEAST - 1 || high < LEAST - 1)) {
        const shown = (element.innerText || element.getAttribute('aria-label') || labels[0]?.innerText || '').trim().slice(0, 40);
        found.push(`${sizes.map((size) => size.join('×')).join(', ')} <${element.tagName.toLowerCase()} class="${element.className}"> "${shown}"`);
      }
    }
    scrollTo(0, 0);
    return [...new Set(found)];
  });
  expect.soft(small, state).toEqual([]);
}

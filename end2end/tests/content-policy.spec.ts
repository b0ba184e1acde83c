// Every kind of page, with scripts on: no error, nothing the content policy refuses, no request that fails or leaves
// the store, nothing wider than a small screen.

import { expect, test, type Page } from '../support/test';
import { addToCart } from '../support/cart';
import { Department, openDepartment, openGoods, tilesWithChoice } from '../support/catalogue';
import { agreeToTerms, fillContact, fillShipping, payButton, startCheckout } from '../support/checkout';
import { baseUrl, sandboxUrl } from '../support/environment';
import { cents } from '../support/money';
import { expectUnpaidOrder } from '../support/order';
import { awake } from '../support/page';

const SMALLEST = 320;

class Watch {
  readonly complaints: string[] = [];
  /** Addresses whose answer is an error on purpose. */
  readonly expected = new Set<string>();

  constructor(private readonly page: Page) {}

  async start(): Promise<void> {
    const { page, complaints } = this;
    await page.exposeFunction('reportViolation', (text: string) => complaints.push(`policy: ${text}`));
    await page.addInitScript(() => {
      addEventListener('securitypolicyviolation', (event) => {
        const report = (window as unknown as { reportViolation: (text: string) => void }).reportViolation;
        report(`${location.pathname}: ${event.effectiveDirective} refused ${event.blockedURI} ${event.sample}`);
      });
    });
    const sandbox = new URL(sandboxUrl()).port;
    page.on('console', (message) => {
      const from = new URL(message.location().url || page.url());
      // The payment page is not ours.
      const expected = this.expected.has(from.href) || from.port === sandbox;
      if (['error', 'warning'].includes(message.type()) && !expected) complaints.push(`console at ${page.url()}: ${message.text()}`);
    });
    page.on('pageerror', (error) => complaints.push(`script at ${page.url()}: ${error.message}`));
    page.on('requestfailed', (request) => {
      // A page that is left stops its own requests.
      if (request.failure()?.errorText !== 'net::ERR_ABORTED') complaints.push(`failed: ${request.url()} ${request.failure()?.errorText}`);
    });
    page.on('response', (response) => {
      if (response.status() >= 400 && !this.expected.has(response.url())) complaints.push(`${response.status()}: ${response.url()}`);
    });
    page.on('request', (request) => {
      const url = new URL(request.url());
      const ours = [new URL(baseUrl).origin, new URL(sandboxUrl()).origin, new URL(sandboxUrl().replace('127.0.0.1', 'localhost')).origin];
      if (url.protocol.startsWith('http') && !ours.includes(url.origin)) complaints.push(`third party: ${request.url()}`);
    });
  }

  async visit(path: string, status = 200): Promise<void> {
    const url = new URL(path, baseUrl).href;
    if (status >= 400) this.expected.add(url);
    const answer = await this.page.goto(path);
    expect(answer?.status(), path).toBe(status);
    await this.look();
  }

  /** Scrolls to the end, so that what is lazy is loaded, and measures the page on the smallest screen. */
  async look(): Promise<void> {
    const { page } = this;
    const size = page.viewportSize();
    await awake(page);
    await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
    await page.waitForLoadState('networkidle');
    const broken = await page.evaluate(() => [...document.images].filter((image) => image.complete && image.naturalWidth === 0).map((image) => image.currentSrc));
    if (broken.length) this.complaints.push(`broken pictures at ${page.url()}: ${broken.join(' ')}`);
    await page.setViewportSize({ width: SMALLEST, height: 640 });
    const tooWide = await page.evaluate(() => {
      const width = document.documentElement.clientWidth;
      if (document.documentElement.scrollWidth <= width) return [];
      const out = [...document.body.querySelectorAll('*')].filter((element) => element.getBoundingClientRect().right > width + 1);
      return [`${document.documentElement.scrollWidth} px`, ...out.slice(0, 3).map((element) => `<${element.tagName.toLowerCase()} class="${element.getAttribute('class') ?? ''}">`)];
    });
    if (tooWide.length) this.complaints.push(`scrolls sideways at ${SMALLEST} px, ${page.url()}: ${tooWide.join(', ')}`);
    if (size) await page.setViewportSize(size);
  }
}

test('every page is quiet, keeps to the policy and fits a small screen', async ({ page, shopper, isMobile }) => {
  test.setTimeout(180_000);
  const watch = new Watch(page);
  await watch.start();

  await test.step('the shop', async () => {
    await watch.visit('/');
    await openDepartment(page, isMobile ? Department.Shoes : Department.Furniture);
    await watch.look();
    await page.getByRole('combobox', { name: 'Sort by' }).selectOption({ index: 1 });
    await page.getByRole('button', { name: 'Apply' }).click();
    await watch.look();
    await tilesWithChoice(page).first().getByRole('heading', { level: 3 }).getByRole('link').click();
    await watch.look();
    await page.getByRole('main').getByRole('group').first().getByRole('link').last().click();
    await watch.look();
    await watch.visit('/search?q=lamp');
    await watch.visit('/search?q=qqqxxzzz');
    await watch.visit('/pages/terms');
    await watch.visit('/no-such-page', 404);
    await watch.visit('/p/no-such-product', 404);
    await watch.visit('/checkout/return?session_id=cs_test_nothing', 404);
  });

  await test.step('the cart and the checkout', async () => {
    await watch.visit('/cart');
    await openGoods(page, isMobile ? Department.Cameras : Department.Garden);
    await addToCart(page, 'with scripts');
    await watch.look();
    await startCheckout(page);
    await watch.look();
    await fillContact(page, shopper);
    await watch.look();
    await fillShipping(page, shopper);
    await watch.look();
    const total = cents(await payButton(page).innerText());
    await agreeToTerms(page).check();
    await payButton(page).click();
    await page.getByRole('link', { name: 'Cancel and return' }).click();
    await expectUnpaidOrder(page, total);
    await watch.look();
  });

  expect(watch.complaints).toEqual([]);
});

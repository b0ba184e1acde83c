// The shop as its links lead through it, read as bytes: nothing inline that the policy does not name, nothing from
// elsewhere, no link that leads nowhere, and what search engines need.

import type { APIResponse } from '@playwright/test';
import { expect, test } from '../support/test';
import { addToCart } from '../support/cart';
import { Department, openGoods } from '../support/catalogue';
import { agreeToTerms, fillContact, fillShipping, payButton, startCheckout } from '../support/checkout';
import { baseUrl } from '../support/environment';
import { elements, hashSource, isRun, loadedAddresses, type Element } from '../support/html';
import { confirmation, orderLink } from '../support/mail';
import { cents } from '../support/money';
import { expectPaidOrder } from '../support/order';
import { awake } from '../support/page';
import { Card, expectPaymentPage, payByCard } from '../support/payment-page';
import personal from '../support/personal.json';
import { sessionsOf } from '../support/sandbox';

const ORIGIN = new URL(baseUrl).origin;
/** Pages that are read; each kind has its share, so that products do not crowd out the rest. */
const MOST_PAGES = 140;
const SHARES: Record<string, number> = { product: 45, category: 35, 'page of a category': 15, 'order of a category': 15 };
/** Files that are asked for; each page brings the same few and pictures of its own. */
const MOST_FILES = 150;

/** Kinds that search engines keep; the others say that they are not to be kept. */
const INDEXED = ['home', 'category', 'page of a category', 'product', 'variant of a product', 'text'];
const PERSONAL = ['cart', 'checkout', 'return from payment', 'order', 'door to an account'];

function kindOf({ pathname, searchParams }: URL): string {
  if (pathname === '/') return 'home';
  if (pathname.startsWith('/c/')) {
    if (searchParams.has('sort')) return 'order of a category';
    return searchParams.has('page') ? 'page of a category' : 'category';
  }
  if (pathname.startsWith('/p/')) return searchParams.has('sku') ? 'variant of a product' : 'product';
  if (pathname === '/search') return 'search';
  if (pathname.startsWith('/pages/')) return 'text';
  if (pathname === '/cart') return 'cart';
  if (pathname === '/checkout') return 'checkout';
  if (pathname === '/checkout/return') return 'return from payment';
  if (pathname.startsWith('/order/')) return 'order';
  // Without anybody signed in an account's pages lead to its door.
  if (['/login', '/signup', '/forgot'].includes(pathname) || pathname.startsWith('/account')) return 'door to an account';
  return 'unknown';
}

/** Where the links and forms of a page lead, within the store. */
function links(page: URL, all: Element[]): URL[] {
  const hrefs = all.filter(({ name }) => name === 'a').map(({ attributes }) => attributes.get('href') ?? '');
  return hrefs.filter(Boolean).map((href) => new URL(href, page)).filter(({ origin }) => origin === ORIGIN);
}

type Complain = (words: string, element?: Element) => void;

/** What is wrong with one answer, in words, and what it holds. */
async function examine(answer: APIResponse): Promise<{ found: string[]; all: Element[] }> {
  const url = new URL(answer.url());
  const all = elements(await answer.text());
  const found: string[] = [];
  const complain: Complain = (words, element) => {
    const shown = element ? ` <${element.name} ${[...element.attributes].map(([name, value]) => `${name}="${value.slice(0, 60)}"`).join(' ')}>` : '';
    found.push(`${url.pathname}${url.search}: ${words}${shown}`);
  };
  inline(all, answer.headers()['content-security-policy'] ?? '', complain);
  outline(all, url, complain);
  // A page shown again in the answer to a form has no address of its own.
  if (!url.pathname.startsWith('/api/')) keeping(answer, all, complain);
  return { found, all };
}

function outline(all: Element[], url: URL, complain: Complain): void {
  const named = (name: string) => all.filter((element) => element.name === name);
  if (named('h1').length !== 1) complain(`has ${named('h1').length} headings of the first level`);
  if (named('main').length !== 1) complain(`has ${named('main').length} main parts`);
  if (named('html')[0].attributes.get('lang') !== 'en') complain('does not name its language');
  // Drawings have titles too.
  const titles = named('title').map(({ text }) => text.trim()).filter(Boolean);
  if (titles.length !== 1) complain(`has ${titles.length} titles`);
  const ids = all.map(({ attributes }) => attributes.get('id')).filter((id) => id !== undefined);
  for (const id of new Set(ids.filter((id, index) => ids.indexOf(id) !== index))) complain(`has the id "${id}" twice`);
  for (const link of links(url, all)) {
    const here = link.pathname === url.pathname && link.search === url.search;
    if (here && link.hash && !ids.includes(decodeURIComponent(link.hash.slice(1)))) complain(`has nothing under ${link.hash}`);
  }
}

/** Who may keep the page: search engines, caches. */
function keeping(answer: APIResponse, all: Element[], complain: Complain): void {
  const url = new URL(answer.url());
  const kind = answer.status() < 400 ? kindOf(url) : 'error';
  const headers = answer.headers();
  const named = (name: string) => all.filter((element) => element.name === name);
  const meta = (name: string) => named('meta').find(({ attributes }) => attributes.get('name') === name)?.attributes.get('content') ?? '';
  const canonical = canonicalOf(all);
  const unindexed = meta('robots').includes('noindex');
  if (INDEXED.includes(kind)) {
    if (!canonical?.startsWith(`${ORIGIN}/`)) complain(`has the canonical address ${canonical}`);
    if (unindexed) complain('is not to be indexed');
    if (!meta('description')) complain('has no description');
    if (canonical && new URL(canonical).pathname !== url.pathname) complain(`is really ${canonical}`);
    if (kind === 'page of a category' && canonical !== url.href) complain(`is really ${canonical}`);
    for (const property of ['og:title', 'og:description', 'og:url', 'og:type']) {
      if (!named('meta').some(({ attributes }) => attributes.get('property') === property && attributes.get('content'))) complain(`has no ${property}`);
    }
  } else {
    // Another order of the same goods names the one that is kept.
    const kept = kind === 'order of a category' ? `${ORIGIN}${url.pathname}` : undefined;
    const usual = url.searchParams.get('sort') === 'popular';
    if (canonical !== kept) complain(`has the canonical address ${canonical}`);
    if (!unindexed && !usual) complain('may be indexed');
  }
  if (kind !== 'error' && PERSONAL.includes(kind) !== /no-store/.test(headers['cache-control'] ?? '')) complain(`is kept by "${headers['cache-control']}"`);
  if (!PERSONAL.includes(kind) && headers['set-cookie']) complain('sets a cookie');
  for (const data of named('script').filter(({ attributes }) => attributes.get('type') === 'application/ld+json')) {
    try {
      JSON.parse(data.text);
    } catch {
      complain('holds data that are no JSON', data);
    }
  }
}

function canonicalOf(all: Element[]): string | undefined {
  return all.find(({ name, attributes }) => name === 'link' && attributes.get('rel') === 'canonical')?.attributes.get('href');
}

/** What the content policy would refuse, and what it could not see. */
function inline(all: Element[], policy: string, complain: Complain): void {
  const allowed = (directive: string) => policy.split(';').map((part) => part.trim()).find((part) => part.startsWith(`${directive} `))?.split(/\s+/) ?? [];
  if (!policy) complain('has no content policy');
  for (const directive of ['script-src', 'style-src', 'default-src']) {
    if (allowed(directive).some((source) => /'unsafe-inline'|'unsafe-eval'|'unsafe-hashes'|\*/.test(source))) complain(`is open to ${directive} ${allowed(directive).join(' ')}`);
  }
  for (const element of all) {
    const { name, attributes, text } = element;
    for (const [attribute, value] of attributes) {
      if (attribute === 'style') complain('has a style attribute', element);
      if (/^on/.test(attribute)) complain('has an inline handler', element);
      if (/^\s*javascript:/i.test(value)) complain('has a script for an address', element);
    }
    if (name === 'script' && !attributes.has('src') && isRun(element) && !allowed('script-src').includes(hashSource(text))) complain('has a script the policy does not name', element);
    if (name === 'style' && !allowed('style-src').includes(hashSource(text))) complain('has a style the policy does not name', element);
    if (['iframe', 'object', 'embed', 'frame', 'base'].includes(name)) complain('holds something foreign', element);
    for (const address of [...loadedAddresses(element), name === 'form' ? (attributes.get('action') ?? '') : '']) {
      if (!address.startsWith('data:') && new URL(address, baseUrl).origin !== ORIGIN) complain('reaches beyond the store', element);
    }
  }
}

test('every page that links lead to is whole', async ({ page }) => {
  test.setTimeout(180_000);
  const complaints: string[] = [];
  const read = new Map<string, number>();
  const files = new Set<string>();
  const titles = new Map<string, string>();
  const seen = new Set<string>();
  const queue: { url: URL; from: string }[] = [];
  const enqueue = (url: URL, from: string) => {
    const plain = new URL(url);
    plain.hash = '';
    if (seen.has(plain.href)) return;
    seen.add(plain.href);
    queue.push({ url: plain, from });
  };

  // What no link leads to: forms do.
  for (const path of ['/', '/search?q=lamp', '/search?q=qqqxxzzz', '/search?q=']) enqueue(new URL(path, baseUrl), 'the address bar');
  for (let next = queue.shift(); next && sum(read) < MOST_PAGES; next = queue.shift()) {
    const kind = kindOf(next.url);
    const share = SHARES[kind] ?? 10;
    if ((read.get(kind) ?? 0) >= share) continue;
    read.set(kind, (read.get(kind) ?? 0) + 1);
    const answer = await page.request.get(next.url.href);
    if (answer.status() >= 400) {
      complaints.push(`${next.from} leads to ${next.url.pathname}${next.url.search}, which answers ${answer.status()}`);
      continue;
    }
    if (kind === 'unknown') complaints.push(`${next.from} leads to ${next.url.pathname}, which is no kind of page this test knows`);
    const { found, all } = await examine(answer);
    complaints.push(...found);
    const here = new URL(answer.url());
    for (const link of links(here, all)) enqueue(link, here.pathname);
    if (kind.includes('category') && kind !== 'order of a category' && (read.get('order of a category') ?? 0) < SHARES['order of a category']) {
      for (const order of orders(here, all)) enqueue(order, here.pathname);
    }
    for (const address of all.flatMap(loadedAddresses)) files.add(new URL(address, here).href);
    // One address, one title: a list of open pages or found ones must tell them apart.
    const canonical = canonicalOf(all);
    const title = all.find(({ name }) => name === 'title')?.text ?? '';
    if (canonical && titles.has(title) && titles.get(title) !== canonical) complaints.push(`${canonical} and ${titles.get(title)} are both called "${title}"`);
    if (canonical) titles.set(title, canonical);
  }
  for (const file of [...files].filter((address) => !address.startsWith('data:')).slice(0, MOST_FILES)) {
    const answer = await page.request.get(file);
    if (!answer.ok()) complaints.push(`${file} answers ${answer.status()}`);
  }

  for (const kind of ['home', 'category', 'page of a category', 'order of a category', 'product', 'variant of a product', 'search', 'text', 'cart']) {
    expect.soft(read.get(kind) ?? 0, `pages read of the kind "${kind}"`).toBeGreaterThan(0);
  }
  expect(complaints).toEqual([]);
});

/** The other orders of a listing, which its form leads to. */
function orders(page: URL, all: Element[]): URL[] {
  const values = all.filter(({ name, attributes }) => name === 'option' && attributes.has('value')).map(({ attributes }) => String(attributes.get('value')));
  return values.map((value) => new URL(`${page.pathname}?sort=${encodeURIComponent(value)}`, page));
}

function sum(counts: Map<string, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}

test('the pages of a purchase, errors and answers to refused forms are whole', async ({ page, shopper }) => {
  test.setTimeout(180_000);
  const complaints: string[] = [];
  const look = async (path: string, kind: string, status = 200) => {
    const answer = await page.request.get(path);
    expect.soft(answer.status(), path).toBe(status);
    if (status < 400) expect.soft(kindOf(new URL(answer.url())), path).toBe(kind);
    const { found, all } = await examine(answer);
    complaints.push(...found);
    // Each leads on: nobody is left in a dead end.
    const beyond = new Set(links(new URL(answer.url()), all).map(({ pathname, search }) => pathname + search));
    beyond.delete(new URL(answer.url()).pathname + new URL(answer.url()).search);
    for (const link of beyond) {
      const next = await page.request.get(link);
      if (next.status() >= 400) complaints.push(`${path} leads to ${link}, which answers ${next.status()}`);
    }
  };
  const refuse = async (path: string, form: Record<string, string>) => {
    const answer = await page.request.post(path, { form, headers: { accept: 'text/html', origin: ORIGIN, 'sec-fetch-site': 'same-origin' } });
    expect.soft(answer.status(), path).toBe(422);
    complaints.push(...(await examine(answer)).found);
  };

  for (const path of ['/no-such-page', '/p/no-such-product', '/c/no-such-department', '/order/100000001', '/search?q=lamp&page=9999']) await look(path, 'error', 404);
  await look('/checkout/return?session_id=cs_test_nothing', 'error', 404);

  const goods = await openGoods(page, Department.Garden);
  await refuse('/api/cart/add', { from: goods.path, sku: String(new URL(goods.path, baseUrl).searchParams.get('sku')), quantity: '0' });
  await addToCart(page, 'with scripts');
  await look('/cart', 'cart');
  await startCheckout(page);
  await look('/checkout?step=contact', 'checkout');
  await refuse('/api/checkout/contact', { from: '/checkout?step=contact', email: personal.unfinishedEmail });
  await fillContact(page, shopper);
  await look('/checkout?step=shipping', 'checkout');
  await refuse('/api/checkout/shipping', { from: '/checkout?step=shipping', country: 'NL', name: '"><script>alert(1)</script>', city: '' });
  await fillShipping(page, shopper);
  await look('/checkout?step=review', 'checkout');
  const total = cents(await payButton(page).innerText());
  await agreeToTerms(page).check();
  await payButton(page).click();
  await expectPaymentPage(page, total);
  const [session] = await sessionsOf(shopper.email);
  await look(`/checkout/return?session_id=${session.id}`, 'return from payment');
  await payByCard(page, Card.paid);
  const number = await expectPaidOrder(page, total);
  await look(`/order/${number}`, 'order');
  await page.context().clearCookies();
  await look(orderLink(await confirmation(shopper.email, number), number), 'order');
  expect(complaints).toEqual([]);
});

test('in a browser no request leaves the store', async ({ page }) => {
  const elsewhere: string[] = [];
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (protocol.startsWith('http') && origin !== ORIGIN) elsewhere.push(`${page.url()}: ${request.url()}`);
  });
  page.on('websocket', (socket) => elsewhere.push(`${page.url()}: ${socket.url()}`));
  await page.goto('/');
  await openGoods(page, Department.Table);
  await addToCart(page, 'with scripts');
  await startCheckout(page);
  for (const path of ['/', '/search?q=lamp', '/pages/terms', '/no-such-page', '/cart']) {
    await page.goto(path);
    await awake(page);
    await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
    await page.waitForLoadState('networkidle');
  }
  expect(elsewhere).toEqual([]);
});

// What a page's bytes hold, before any browser has touched them.

import { createHash } from 'node:crypto';
import { parse, type DefaultTreeAdapterTypes as Tree } from 'parse5';

type Attributes = Map<string, string>;

export interface Element {
  name: string;
  attributes: Attributes;
  text: string;
}

/** Every element of a document in its order, those in templates too. */
export function elements(html: string): Element[] {
  const found: Element[] = [];
  const walk = (node: Tree.Node): void => {
    if ('tagName' in node) {
      found.push({ name: node.tagName, attributes: new Map(node.attrs.map(({ name, value }) => [name, value])), text: text(node) });
    }
    if ('content' in node) walk(node.content);
    if ('childNodes' in node) node.childNodes.forEach(walk);
  };
  walk(parse(html));
  return found;
}

function text(node: Tree.Node): string {
  if ('value' in node && node.nodeName === '#text') return node.value;
  return 'childNodes' in node ? node.childNodes.map(text).join('') : '';
}

/** The addresses from which an element loads something by itself. Links are not among them. */
export function loadedAddresses({ name, attributes }: Element): string[] {
  const of = (attribute: string) => attributes.get(attribute) ?? '';
  const candidates = of('srcset').split(',').map((candidate) => candidate.trim().split(/\s+/)[0]);
  const loads = name === 'link' && /stylesheet|icon|preload|prefetch|manifest|preconnect/.test(of('rel'));
  return [of('src'), of('poster'), of('data'), ...candidates, loads ? of('href') : ''].filter(Boolean);
}

/** Whether a script element is run; other types are data. */
export function isRun({ attributes }: Element): boolean {
  return /^(|module|text\/javascript|application\/javascript)$/.test(attributes.get('type') ?? '');
}

/** As a content policy names it. */
export function hashSource(code: string): string {
  return `'sha256-${createHash('sha256').update(code).digest('base64')}'`;
}

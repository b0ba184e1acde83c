// Searches values for what nobody may read, and says where it is without repeating it.

import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { bytes } from './words.mjs';

/** Characters that are searched at once: a search of many small texts takes far longer. */
const AT_ONCE = 1 << 18;

/** Characters of a name that are shown. */
const LONGEST_NAME = 60;

/** Where something lies by right. */
const ALLOWED = [{ where: /\.accounts$/, path: /(^|\.)password$/, what: 'password hash' }];

/** Takes values one by one and keeps what it found: `{ where, path, what, how }`. */
export class Search {
  finds = [];
  /** Of everything that was looked at. */
  bytes = 0;
  #words;
  #shapes;
  #waiting = [];
  #length = 0;

  constructor(words, shapes) {
    this.#words = words;
    this.#shapes = shapes;
  }

  /** `where` is a collection, a key or a file; `path` the place in it; `value` a text, bytes or a number. */
  take(where, path, value) {
    for (const { text, isText, how } of readings(value)) {
      this.#waiting.push({ where, path, value, text, isText, how });
      this.#length += text.length;
    }
    this.bytes += Buffer.isBuffer(value) ? value.length : String(value).length;
    if (this.#length > AT_ONCE) this.settle();
  }

  /** Searches what was taken so far. */
  settle() {
    const [waiting, texts] = [this.#waiting, this.#waiting.filter(({ isText }) => isText)];
    this.#waiting = [];
    this.#length = 0;
    const all = (readings) => readings.map(({ text }) => text).join('\n');
    if (this.#words.find(all(waiting)).length > 0) waiting.forEach((reading) => this.#note(reading, this.#words.find(reading.text)));
    if (this.#shapes.find(all(texts)).length > 0) texts.forEach((reading) => this.#note(reading, this.#shapes.find(reading.text)));
    for (const reading of waiting) {
      if (this.#shapes.isToken(reading.value)) this.#note(reading, [{ what: 'token whose hash is stored', how: 'as bytes' }]);
    }
  }

  #note({ where, path, how: packed }, found) {
    for (const { what, how } of found) {
      if (ALLOWED.some((place) => place.where.test(where) && place.path.test(path) && place.what === what)) continue;
      this.finds.push({ where: this.#masked(where), path: this.#masked(path), what, how: packed ? `${how}, ${packed}` : how });
    }
  }

  /** The name of a key or a field may itself be what was found. */
  #masked(name) {
    const text = bytes(name);
    const found = [...this.#words.find(text), ...this.#shapes.find(text)];
    const shown = name.replace(/[^ -~]/g, '·');
    if (found.length === 0) return shown.length > LONGEST_NAME ? `${shown.slice(0, LONGEST_NAME)}…` : shown;
    // Elsewhere a place counted in bytes may be another one in letters.
    const begins = shown === name ? Math.min(...found.map(({ at }) => at)) : 0;
    return `${shown.slice(0, begins)}▒▒▒`;
  }
}

/** The ways to read a value; `text` has one character a byte. */
function readings(value) {
  if (!Buffer.isBuffer(value)) return [{ text: bytes(String(value)), isText: true }];
  const plain = { text: bytes(value), isText: isUtf8(value) };
  if (plain.isText) return [plain];
  const unpacked = [
    ['gzip', gunzipSync],
    ['brotli', brotliDecompressSync],
  ].flatMap(([how, unpack]) => {
    try {
      return [{ text: bytes(unpack(value, { maxOutputLength: 1 << 24 })), isText: true, how: `in ${how}` }];
    } catch {
      return [];
    }
  });
  return [plain, ...unpacked];
}

function isUtf8(value) {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(value);
    return true;
  } catch {
    return false;
  }
}

// Secrets and personal data that are known by their shape, whoever they belong to.

import { createHash } from 'node:crypto';

const SHAPES = [
  ['password hash', /\$(argon2(id|i|d)\$|2[abxy]\$\d\d\$)/],
  ['access token', /eyJ[\w-]+\.[\w-]+\.[\w-]+/],
  ['Stripe secret', /\b(sk|rk)_(test|live)_\w{8}|\bwhsec_\w{8}/],
];
const EMAIL = /[\w.%+-]+@([a-z\d-]+\.)+[a-z]{2,}/gi;
/** Sixteen digits in a row are too often something else; the cards of the journeys are searched for as words. */
const CARD = /(?<!\d)(?:\d{4}[ -]){3}\d{4}(?!\d)/g;
const TOKEN = /(?<![\w-])(?:[\w-]{43}|[\w-]{64})(?![\w-])/g;
const HASH = /^[\da-f]{64}$/;

export class ShapeSearch {
  #ownAddresses;
  /** Hashes that are stored instead of tokens. */
  #hashes = new Set();

  /** `ownAddresses` are the shop's, which it shows to everybody. */
  constructor(ownAddresses) {
    this.#ownAddresses = new Set(ownAddresses.map((address) => address.toLowerCase()));
  }

  /** Tokens are found by what is stored in their place, so every stored value is told first. */
  learn(value) {
    if (typeof value === 'string' && HASH.test(value)) this.#hashes.add(value);
  }

  /** `[{ what, how, at }]`. */
  find(text) {
    const found = SHAPES.map(([what, shape]) => ({ what, at: text.search(shape) })).filter(({ at }) => at >= 0);
    const all = (what, shape, counts) => {
      for (const match of text.matchAll(shape)) if (counts(match[0])) found.push({ what, at: match.index });
    };
    all('e-mail address', EMAIL, (address) => !this.#ownAddresses.has(address.toLowerCase()));
    all('card number', CARD, passesLuhn);
    all('token whose hash is stored', TOKEN, (token) => this.#hashes.has(hash(Buffer.from(token, 'base64url'))));
    return found.map((find) => ({ ...find, how: 'in clear' }));
  }

  /** A token's bytes as they are. */
  isToken(value) {
    return Buffer.isBuffer(value) && [32, 48].includes(value.length) && this.#hashes.has(hash(value));
  }
}

function hash(value) {
  return createHash('sha256').update(value).digest('hex');
}

/** The check digit of payment cards (ISO/IEC 7812-1, annex B). */
function passesLuhn(number) {
  const digits = [...number.replace(/\D/g, '')].reverse().map(Number);
  const sum = digits.reduce((sum, digit, index) => sum + (index % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2), 0);
  return sum % 10 === 0;
}

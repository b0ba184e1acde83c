// The words nobody may read, each in every form in which it may have been written down.

/** In the shop's own texts and numbers as well, so that finding them tells nothing. */
const NOT_TELLING = ['city', 'zip'];
/** Shorter ones would be found in every long text of random characters. */
export const SHORTEST = 6;

/** What the journeys type, from their one list: `[{ what, text }]`. */
export function typedWords(personal) {
  const { mailDomain, cards, ...rest } = personal;
  const words = leaves(rest).filter(({ key }) => !NOT_TELLING.includes(key));
  const numbers = Object.values(cards).flatMap((card) => [card, card.replaceAll(' ', '-'), card.replaceAll(' ', '')]);
  return [
    // Line by line: forms turn the ends of lines into others.
    ...words.flatMap(({ path, text }) => text.split('\n').map((line) => ({ what: path, text: line }))),
    ...numbers.map((text) => ({ what: 'card number', text })),
    { what: 'shopper’s address', text: `@${mailDomain}` },
    { what: 'staff’s address', text: '@demo.example' },
  ];
}

function leaves(value, path = [], found = []) {
  for (const [key, inner] of Object.entries(value)) {
    if (typeof inner === 'string') found.push({ key, path: [...path, key].join('.'), text: inner });
    else leaves(inner, [...path, key], found);
  }
  return found;
}

/** Looks for words in texts of one character a byte; see `bytes`. */
export class WordSearch {
  #forms;

  constructor(words) {
    const short = words.find(({ text }) => text.length < SHORTEST);
    if (short) throw new Error(`${short.what} is too short to be searched for.`);
    const all = words.flatMap(({ what, text }) => forms(text).map((form) => ({ what, ...form })));
    // Of two forms that read the same, the first names it.
    this.#forms = [...new Map(all.reverse().map((form) => [`${form.folded} ${form.text}`, form])).values()];
  }

  /** `[{ what, how, at }]`. */
  find(text) {
    const folded = fold(Buffer.from(text, 'latin1').toString('utf8'));
    return this.#forms.flatMap((form) => {
      const at = (form.folded ? folded : text).indexOf(form.text);
      return at < 0 ? [] : [{ what: form.what, how: form.how, at }];
    });
  }
}

/** One character a byte, so that text and binary values are searched in the same way. */
export function bytes(value) {
  return (Buffer.isBuffer(value) ? value : Buffer.from(value)).toString('latin1');
}

/** The same with all letters small, those beyond ASCII too. */
function fold(text) {
  return bytes(text.toLowerCase()).toLowerCase();
}

/** Folded forms are found in any case, others as they stand. */
function forms(word) {
  const small = word.toLowerCase();
  const percent = encodeURIComponent(word);
  const html = word.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const folded = [
    ['in clear', word],
    ['percent-encoded', percent],
    ['percent-encoded', percent.replaceAll('%20', '+')],
    ['as HTML', html],
    ['as JSON', JSON.stringify(word).slice(1, -1)],
    ['as JSON', [...word].map((c) => (c > '~' ? `\\u${c.codePointAt(0).toString(16).padStart(4, '0')}` : c)).join('')],
    ['hexadecimal', Buffer.from(word).toString('hex')],
    ['hexadecimal', Buffer.from(small).toString('hex')],
  ];
  return [
    ...folded.map(([how, text]) => ({ how, text: fold(text), folded: true })),
    ...[word, small].flatMap(base64).map((text) => ({ how: 'base64', text, folded: false })),
  ];
}

/** Base64 of a word inside of a longer text: it may begin at any of three places, and its ends mix with what is beside it. */
function base64(word) {
  return [0, 1, 2].flatMap((before) => {
    const encoded = Buffer.from(' '.repeat(before) + word).toString('base64').replaceAll('=', '');
    const [first, last] = [Math.ceil((before * 8) / 6), Math.floor(((before + Buffer.byteLength(word)) * 8) / 6)];
    const certain = encoded.slice(first, last);
    return certain.length < SHORTEST ? [] : [certain, certain.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

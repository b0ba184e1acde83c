import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WordSearch, bytes, typedWords } from './words.mjs';

const found = (word, text) => new WordSearch([{ what: 'it', text: word }]).find(bytes(text)).map(({ how }) => how);

test('a word is found in any case and in any encoding', () => {
  const street = 'Prinsengracht 263';
  assert.deepEqual(found(street, 'at PRINSENGRACHT 263, by the water'), ['in clear']);
  assert.deepEqual(found(street, 'q=Prinsengracht%20263'), ['percent-encoded']);
  assert.deepEqual(found(street, 'q=prinsengracht+263'), ['percent-encoded']);
  assert.deepEqual(found(street, Buffer.from(street).toString('hex').toUpperCase()), ['hexadecimal']);
  for (const before of ['', 'x', 'xy', 'xyz']) {
    assert.deepEqual(found(street, Buffer.from(`${before}${street} and more`).toString('base64')), ['base64'], before);
    assert.deepEqual(found(street, Buffer.from(`${before}${street.toLowerCase()}`).toString('base64url')), ['base64'], before);
  }
  assert.deepEqual(found(street, 'Prinsengracht 236'), []);
});

test('letters beyond ASCII are found as text, as bytes and escaped', () => {
  assert.deepEqual(found('Zoë Müller', Buffer.from('to Zoë MÜLLER')), ['in clear']);
  assert.deepEqual(found('Zoë Müller', 'Zo\\u00eb M\\u00fcller'), ['as JSON']);
  assert.deepEqual(found('Zoë Müller', 'Zo%C3%AB+M%C3%BCller'), ['percent-encoded']);
});

test('markup is found as it stands on a page', () => {
  assert.deepEqual(found('<b>Thank you</b> & bye', '&lt;b&gt;Thank you&lt;/b&gt; &amp; bye'), ['as HTML']);
});

test('what is typed is searched line by line, without what tells nothing, and cards in every way of writing them', () => {
  const words = typedWords({ shopper: { name: 'Ann Example', city: 'Paris' }, note: 'First line\nSecond line', mailDomain: 'mail.example', cards: { paid: '4242 4242 4242 4242' } });
  const texts = words.map(({ text }) => text);
  assert.deepEqual(texts, ['Ann Example', 'First line', 'Second line', '4242 4242 4242 4242', '4242-4242-4242-4242', '4242424242424242', '@mail.example', '@demo.example']);
  assert.equal(words[0].what, 'shopper.name');
});

test('a word that chance would find is refused', () => {
  assert.throws(() => new WordSearch([{ what: 'postcode', text: '94103' }]), /postcode is too short/);
});

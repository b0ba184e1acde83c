import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { Search } from './search.mjs';
import { ShapeSearch } from './shapes.mjs';
import { WordSearch } from './words.mjs';

const shapes = () => new ShapeSearch(['hello@shop.example']);
const found = (text) => shapes().find(text).map(({ what }) => what);

test('addresses are found, except for the shop’s own', () => {
  assert.deepEqual(found('write to Ann.B+c@Mail.Example soon'), ['e-mail address']);
  assert.deepEqual(found('write to Hello@shop.example soon'), []);
  assert.deepEqual(found('crate@1.0.2, user@host, @media'), []);
});

test('secrets are known by their shape', () => {
  assert.deepEqual(found('$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA'), ['password hash']);
  assert.deepEqual(found('$2b$12$MwUKAYy/aQT2UsycR7On2u'), ['password hash']);
  assert.deepEqual(found('a=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.bWFj;'), ['access token']);
  assert.deepEqual(found('Bearer sk_test_abcdefgh'), ['Stripe secret']);
  assert.deepEqual(found('pk_test_abcdefgh, task_test_force'), []);
});

test('a card is told from other numbers by its check digit', () => {
  assert.deepEqual(found('paid with 5555 5555 5555 4444.'), ['card number']);
  assert.deepEqual(found('paid with 5555-5555-5555-4445.'), []);
  assert.deepEqual(found('order 5555555555554444'), []);
});

test('a token is found by its stored hash', () => {
  for (const length of [32, 48]) {
    const token = randomBytes(length);
    const search = shapes();
    assert.deepEqual(search.find(`t=${token.toString('base64url')}&`), []);
    search.learn(createHash('sha256').update(token).digest('hex'));
    assert.deepEqual(search.find(`t=${token.toString('base64url')}&`).map(({ what }) => what), ['token whose hash is stored']);
    assert.ok(search.isToken(token) && !search.isToken(randomBytes(length)));
  }
});

test('a find is told by its place and never by its value, even where the place holds it', () => {
  const search = new Search(new WordSearch([{ what: 'name', text: 'Ann Example' }]), shapes());
  search.take('shop.carts', 'by.ann@web.example.x', 'nothing');
  search.take('shop.orders', 'to', 'dear Ann Example');
  search.take('key cw:Ann Example', 'value', Buffer.from('ann@web.example'));
  search.take(`key cw:${'x'.repeat(48)}:Ann Example`, 'name', Buffer.from('ann@web.example'));
  search.settle();
  const told = search.finds.map(({ where, path, what }) => `${where} ${path}: ${what}`);
  const long = `key cw:${'x'.repeat(48)}:▒▒▒ name: e-mail address`;
  assert.deepEqual(told, ['shop.orders to: name', 'key cw:▒▒▒ value: e-mail address', long]);
});

test('a hash is allowed where accounts keep theirs, and nowhere else', () => {
  const search = new Search(new WordSearch([]), shapes());
  const hash = '$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA';
  search.take('shop.accounts', 'password', hash);
  search.take('local.oplog.rs, shop.accounts', 'diff.updatedFields.password', hash);
  search.take('shop.accounts', 'name', hash);
  search.take('shop.sessions', 'password', hash);
  search.settle();
  assert.deepEqual(search.finds.map(({ where, path }) => `${where} ${path}`), ['shop.accounts name', 'shop.sessions password']);
});

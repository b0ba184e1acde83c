// Proves that the search can find: plants what it must find in a scratch database, in Redis and in a log, and looks.

import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { createClient } from '@redis/client';
import { MongoClient } from 'mongodb';
import { SCRATCH, beginsWith, walkLogs, walkMongo, walkRedis } from './sources.mjs';

const NAME = `${SCRATCH}${process.pid}`;
/** Seconds after which planted keys go by themselves, should this process not come to remove them. */
const KEY_LIFE = 120;

/** How many places were planted; names of those that a search of `newSearch` misses, and of others that it finds. */
export async function check({ mongoUri, redisUrl, redisPrefix }, personal, newSearch) {
  const planted = plantedDocument(personal);
  const logs = mkdtempSync(join(tmpdir(), 'leak-search-'));
  const mongo = new MongoClient(mongoUri, { serverSelectionTimeoutMS: 10_000 });
  const redis = createClient({ url: redisUrl, socket: { reconnectStrategy: false } });
  redis.on('error', () => {});
  const prefix = `${redisPrefix}${NAME}:`;
  try {
    await mongo.db(NAME).collection('planted').insertOne({ ...planted });
    await mongo.db(NAME).collection('accounts').insertOne({ password: planted.hash, sealed: randomBytes(64), plain: 'nothing personal' });
    await redis.connect();
    await plantKeys(redis, prefix, personal);
    writeFileSync(join(logs, 'planted.log'), plantedLines(personal).join('\n'));
    const { search, shapes } = newSearch();
    await walkMongo(mongoUri, NAME, (where, path, value) => shapes.learn(value));
    await walkMongo(mongoUri, NAME, (...value) => search.take(...value));
    await walkRedis(redisUrl, prefix, (...value) => search.take(...value));
    await walkLogs(logs, (...value) => search.take(...value));
    search.settle();
    return compare(expected(planted, prefix), search.finds);
  } finally {
    rmSync(logs, { recursive: true, force: true });
    await mongo.db(NAME).dropDatabase().finally(() => mongo.close());
    if (redis.isOpen) await removeKeys(redis, prefix).finally(() => redis.destroy());
  }
}

/** Each field holds one thing to find, in a way in which it could have got there. */
function plantedDocument({ shopper, password, cards, mailDomain }) {
  const token = randomBytes(32);
  const base64 = (before) => Buffer.from(before + shopper.street).toString('base64');
  return {
    clear: `To ${shopper.name}`,
    capitals: shopper.street.toUpperCase(),
    nested: [{ list: [{ deep: password }] }],
    base64: base64(''),
    base64_one_later: base64('1'),
    base64_two_later: base64('22'),
    base64_in_a_text: `?state=${Buffer.from(`${shopper.street}, ${shopper.city}???>>>`).toString('base64url')}&x=1`,
    hexadecimal: Buffer.from(shopper.name).toString('hex').toUpperCase(),
    percent: `/search?q=${encodeURIComponent(shopper.name)}`,
    form: `name=${encodeURIComponent(shopper.name).replaceAll('%20', '+')}`,
    bytes: Buffer.concat([Buffer.from([0xff, 0]), Buffer.from(shopper.name), Buffer.from([0xfe])]),
    gzip: gzipSync(Buffer.from(`<p>${shopper.street}</p>`)),
    brotli: brotliCompressSync(Buffer.from(`<p>${shopper.street}</p>`)),
    [`of ${shopper.name}`]: true,
    email: 'Somebody.Else+tag@Elsewhere.example',
    email_percent: encodeURIComponent(`shopper-1@${mailDomain}`),
    hash: '$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE',
    access: `__Host-at=${['{"alg":"HS256"}', '{"sub":"1"}', 'mac'].map((part) => Buffer.from(part).toString('base64url')).join('.')}`,
    stripe: 'sk_test_0123456789abcdef',
    card: cards.paid.replaceAll(' ', ''),
    card_as_number: Number(cards.paid.replaceAll(' ', '')),
    card_of_others: '5555-5555-5555-4444',
    link: `/reset?token=${token.toString('base64url')}`,
    link_as_bytes: token,
    link_hash: createHash('sha256').update(token).digest('hex'),
  };
}

const NOT_TO_FIND = ['link_hash'];

async function plantKeys(redis, prefix, { shopper }) {
  await redis.set(`${prefix}text`, shopper.name);
  await redis.hSet(`${prefix}hash`, 'field', shopper.name);
  await redis.rPush(`${prefix}list`, ['first', shopper.name]);
  await redis.sAdd(`${prefix}set`, shopper.name);
  await redis.zAdd(`${prefix}sorted`, { score: 1, value: shopper.name });
  await redis.xAdd(`${prefix}stream`, '*', { field: shopper.name });
  await redis.set(`${prefix}${shopper.name}`, 'the key itself');
  for (const key of await keysOf(redis, prefix)) await redis.expire(key, KEY_LIFE);
}

async function keysOf(redis, prefix) {
  const keys = [];
  for await (const batch of redis.scanIterator({ MATCH: beginsWith(prefix) })) keys.push(...batch);
  return keys;
}

async function removeKeys(redis, prefix) {
  const keys = await keysOf(redis, prefix);
  if (keys.length > 0) await redis.del(keys);
}

function plantedLines({ shopper, mailDomain }) {
  return [
    'a line about nothing',
    `{"level":"INFO","fields":{"message":"mail to shopper-1@${mailDomain}"}}`,
    `GET /search?q=${encodeURIComponent(shopper.street)}`,
  ];
}

function expected(document, prefix) {
  const fields = Object.keys(document).filter((field) => field !== '_id' && !NOT_TO_FIND.includes(field));
  const places = fields.map((field) => ({ nested: 'nested.list.deep' })[field] ?? (field.startsWith('of ') ? 'of ▒▒▒' : field));
  const keys = ['text', 'hash', 'list', 'set', 'sorted', 'stream', '▒▒▒'];
  return [
    ...places.map((path) => `${NAME}.planted ${path}`),
    ...keys.map((key) => `key ${prefix}${key} ${key === '▒▒▒' ? 'name' : 'value'}`),
    'planted.log line 2',
    'planted.log line 3',
  ];
}

function compare(places, finds) {
  const found = new Set(finds.map(({ where, path }) => `${where} ${path}`));
  return { planted: places.length, missed: places.filter((place) => !found.has(place)), beside: [...found].filter((place) => !places.includes(place)) };
}

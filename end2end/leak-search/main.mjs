// Searches what a used store left in MongoDB, in Redis and in its logs for personal data and secrets, and ends with an
// error if it finds any. `cargo xtask search-leaks` and `cargo xtask test` run it, with the store's own environment:
//
//   node main.mjs FOLDER-OF-LOGS [COLLECTION-THAT-MUST-NOT-BE-EMPTY …]

import { readFileSync } from 'node:fs';
import { check } from './planted.mjs';
import { Search } from './search.mjs';
import { ShapeSearch } from './shapes.mjs';
import { walkLogs, walkMongo, walkRedis } from './sources.mjs';
import { SHORTEST, WordSearch, typedWords } from './words.mjs';

const SECRETS = [
  'CARTWRIGHT_DATA_KEYS',
  'CARTWRIGHT_INDEX_KEYS',
  'CARTWRIGHT_COOKIE_KEY',
  'CARTWRIGHT_ACCESS_KEYS',
  'CARTWRIGHT_DEMO_PASSWORD',
  'STRIPE_SECRET_KEY',
  'STRIPE_WEBHOOK_SECRET',
];
const ADDRESSES = ['MONGODB_URI', 'REDIS_URL', 'SMTP_URL'];
const SHOWN = 40;

const read = (path) => readFileSync(new URL(path, import.meta.url), 'utf8');
const set = (name) => process.env[name] ?? '';

/** Values of the environment that open something. */
function secretWords() {
  // Keys are written as "id:key", several behind one another.
  const keys = SECRETS.flatMap((what) => set(what).split(',').map((text) => ({ what, text: text.replace(/^\d+:/, '') })));
  const passwords = ADDRESSES.map((what) => ({ what: `password of ${what}`, text: /\/\/[^:@/]*:([^@/]+)@/.exec(set(what))?.[1] ?? '' }));
  const words = [...keys, ...passwords].filter(({ text }) => text !== '');
  for (const { what } of words.filter(({ text }) => text.length < SHORTEST)) console.log(`too short to be searched for: ${what}`);
  return words.filter(({ text }) => text.length >= SHORTEST);
}

/** The addresses that the shop shows to everybody. */
function ownAddresses() {
  return read('../../Leptos.toml').match(/[\w.+-]+@[\w.-]+\w/g) ?? [];
}

/** A server that was started for the store is searched as a whole; of somebody else's, the store's part. */
function scope(own, part) {
  return set(own) === 'yes' ? undefined : set(part);
}

async function searchAll(logs, search, shapes) {
  const [mongoUri, database] = [set('MONGODB_URI'), scope('OWN_MONGODB', 'CARTWRIGHT_MONGODB_DATABASE')];
  console.log('MongoDB, for the hashes of tokens …');
  await walkMongo(mongoUri, database, (where, path, value) => shapes.learn(value));
  console.log('MongoDB …');
  const collections = await walkMongo(mongoUri, database, (...value) => search.take(...value));
  console.log('Redis …');
  const keys = await walkRedis(set('REDIS_URL'), scope('OWN_REDIS', 'CARTWRIGHT_REDIS_PREFIX'), (...value) => search.take(...value));
  console.log('logs …');
  const files = await walkLogs(logs, (...value) => search.take(...value));
  search.settle();
  return { collections, keys, files };
}

/** An empty place proves nothing. */
function emptyPlaces({ collections, files }, wanted) {
  const own = `${set('CARTWRIGHT_MONGODB_DATABASE')}.`;
  const filled = new Set(collections.filter(({ where, documents }) => documents > 0 && where.startsWith(own)).map(({ where }) => where.slice(own.length)));
  const lines = sum(files, 'lines');
  return [...wanted.filter((name) => !filled.has(name)).map((name) => `the collection ${name}`), ...(lines > 0 ? [] : ['the folder of logs'])];
}

function sum(list, field) {
  return list.reduce((sum, each) => sum + each[field], 0);
}

function report({ collections, keys, files }, search) {
  const databases = new Map();
  for (const { where, documents } of collections) {
    const database = where.slice(0, where.indexOf('.'));
    databases.set(database, [...(databases.get(database) ?? []), `${where.slice(database.length + 1)} ${documents}`]);
  }
  for (const [database, counted] of databases) {
    if (database === set('CARTWRIGHT_MONGODB_DATABASE')) console.log(`  ${database}: ${counted.sort().join(', ')}`);
  }
  for (const { where, lines } of files) console.log(`  ${where}: ${lines} lines`);
  const megabytes = (search.bytes / 1e6).toFixed(1);
  console.log(`${databases.size} databases, ${collections.length} collections, ${sum(collections, 'documents')} documents, ${keys} keys, ${files.length} logs, ${sum(files, 'lines')} lines, ${megabytes} MB`);
}

/** The same thing in the same place is told once. */
function reportFinds(finds) {
  const places = new Map();
  for (const { where, path, what, how } of finds) {
    const place = `${where} ${path}: ${what}, ${how}`;
    places.set(place, (places.get(place) ?? 0) + 1);
  }
  const lines = [...places].map(([place, times]) => `✗ ${place}${times > 1 ? `, ${times} times` : ''}`);
  lines.slice(0, SHOWN).forEach((line) => console.log(line));
  if (lines.length > SHOWN) console.log(`✗ and ${lines.length - SHOWN} more places`);
}

async function main(logs, wanted) {
  const personal = JSON.parse(read('../support/personal.json'));
  const words = new WordSearch([...typedWords(personal), ...secretWords()]);
  const addresses = ownAddresses();
  const newSearch = () => {
    const shapes = new ShapeSearch(addresses);
    return { shapes, search: new Search(words, shapes) };
  };
  const places = { mongoUri: set('MONGODB_URI'), redisUrl: set('REDIS_URL'), redisPrefix: set('CARTWRIGHT_REDIS_PREFIX') };
  const { planted, missed, beside } = await check(places, personal, newSearch);
  if (missed.length + beside.length > 0) {
    missed.forEach((place) => console.log(`✗ planted and not found: ${place}`));
    beside.forEach((place) => console.log(`✗ found where nothing was planted: ${place}`));
    throw new Error('The search does not find what it should.');
  }
  const { search, shapes } = newSearch();
  const searched = await searchAll(logs, search, shapes);
  report(searched, search);
  const empty = emptyPlaces(searched, wanted);
  if (empty.length > 0) throw new Error(`Nothing to search in ${empty.join(', ')}.`);
  reportFinds(search.finds);
  console.log(search.finds.length === 0 ? `nothing found; of ${planted} planted, all` : `${search.finds.length} found`);
  process.exitCode = search.finds.length === 0 ? 0 : 1;
}

const [logs, ...wanted] = process.argv.slice(2);
try {
  await main(logs, wanted);
} catch (error) {
  console.log(`✗ ${error.message}`);
  process.exitCode = 1;
}

// Everything the store leaves behind, value by value: the databases, Redis, the logs.

import { createReadStream, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { createClient, RESP_TYPES } from '@redis/client';
import { MongoClient } from 'mongodb';

const PATIENCE = 10_000;

/** Scratch databases of this search itself begin so. */
export const SCRATCH = 'leak_search_';

/** Calls `take(where, path, value)` for every value; answers `[{ where, documents }]`. `database` or, without it, all of them. */
export async function walkMongo(uri, database, take) {
  const client = new MongoClient(uri, { serverSelectionTimeoutMS: PATIENCE });
  try {
    const names = database ? [database] : (await client.db('admin').admin().listDatabases({ nameOnly: true })).databases.map(({ name }) => name).filter((name) => !name.startsWith(SCRATCH));
    const counted = [];
    for (const name of names) counted.push(...(await walkDatabase(client.db(name), take)));
    return counted;
  } finally {
    await client.close();
  }
}

/** The server's own record of every write: what was there for a moment only is still there. */
const OPLOG = 'local.oplog.rs';

/** A transaction is one entry with the changes of several collections. */
function changes({ ns, o, o2 }) {
  if (Array.isArray(o?.applyOps)) return o.applyOps.flatMap(changes);
  return String(ns).startsWith(SCRATCH) ? [] : [o, o2].map((value) => ({ where: `${OPLOG}, ${ns}`, value }));
}

async function walkDatabase(database, take) {
  const counted = [];
  for (const { name, type } of await database.listCollections().toArray()) {
    // A view shows documents of other collections.
    if (type === 'view') continue;
    const where = `${database.databaseName}.${name}`;
    let documents = 0;
    for await (const document of database.collection(name).find({}, { promoteBuffers: true, batchSize: 500 })) {
      const parts = where === OPLOG ? changes(document) : [{ where, value: document }];
      parts.forEach((part) => walkValue(part.value, '', (path, value) => take(part.where, path, value)));
      documents += 1;
    }
    counted.push({ where, documents });
  }
  return counted;
}

/** Names of fields are values too: a map from addresses to something would hide them there. */
function walkValue(value, path, take) {
  if (value === null || value === undefined || typeof value === 'boolean' || value instanceof Date) return;
  if (Buffer.isBuffer(value)) return take(path, value);
  if (typeof value !== 'object') return take(path, value);
  if (Array.isArray(value)) return value.forEach((inner) => walkValue(inner, path, take));
  if (value._bsontype === 'Binary') return take(path, Buffer.from(value.value()));
  // An ObjectId, a timestamp, a number of another kind.
  if (value._bsontype) return take(path, JSON.stringify(value));
  for (const [key, inner] of Object.entries(value)) {
    const below = path ? `${path}.${key}` : key;
    take(below, key);
    walkValue(inner, below, take);
  }
}

/** As above, for keys with this prefix, or for all in every one of the server's databases; answers their number. */
export async function walkRedis(url, prefix, take) {
  const client = createClient({ url, socket: { connectTimeout: PATIENCE, reconnectStrategy: false } });
  // Without a listener a lost connection would end the process; the command that waits fails all the same.
  client.on('error', () => {});
  await client.connect();
  try {
    if (prefix !== undefined) return await walkKeys(client, beginsWith(prefix), take);
    let keys = 0;
    for (const [, database] of (await client.info('keyspace')).matchAll(/^db(\d+):/gm)) {
      await client.select(Number(database));
      keys += await walkKeys(client, '*', take);
    }
    return keys;
  } finally {
    client.destroy();
  }
}

/** The pattern of keys with a prefix, whatever characters it is made of. */
export function beginsWith(prefix) {
  return `${prefix.replace(/[\\*?[\]]/g, '\\$&')}*`;
}

async function walkKeys(client, pattern, take) {
  const binary = client.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
  // A key may be met twice while others come and go.
  const seen = new Set();
  let cursor = '0';
  do {
    const [next, keys] = await binary.sendCommand(['SCAN', cursor, 'MATCH', pattern, 'COUNT', '500']);
    for (const key of keys.filter((key) => !seen.has(key.toString('latin1')))) {
      seen.add(key.toString('latin1'));
      const where = `key ${key.toString()}`;
      take(where, 'name', key);
      for (const value of await valuesOf(binary, key)) take(where, 'value', value);
    }
    cursor = String(next);
  } while (cursor !== '0');
  return seen.size;
}

const READERS = {
  string: (key) => ['GET', key],
  hash: (key) => ['HGETALL', key],
  list: (key) => ['LRANGE', key, '0', '-1'],
  set: (key) => ['SMEMBERS', key],
  zset: (key) => ['ZRANGE', key, '0', '-1', 'WITHSCORES'],
  stream: (key) => ['XRANGE', key, '-', '+'],
};

async function valuesOf(client, key) {
  const type = String(await client.sendCommand(['TYPE', key]));
  // It ended its life in between.
  if (type === 'none') return [];
  const read = READERS[type];
  if (!read) throw new Error(`Redis holds a ${type}, which this search cannot read.`);
  return flattened(await client.sendCommand(read(key)));
}

function flattened(answer) {
  if (answer === null) return [];
  if (Buffer.isBuffer(answer) || typeof answer !== 'object') return [answer];
  return (Array.isArray(answer) ? answer : Object.entries(answer).flat()).flatMap(flattened);
}

/** As above, for the lines of every log in a folder; answers `[{ where, lines }]`. */
export async function walkLogs(folder, take) {
  const counted = [];
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.log')).sort()) {
    counted.push(await walkLines(join(folder, file), take));
  }
  return counted;
}

async function walkLines(file, take) {
  const where = basename(file);
  let lines = 0;
  // One character a byte: what a broken line holds is searched as well.
  for await (const line of createInterface({ input: createReadStream(file, 'latin1'), crlfDelay: Infinity })) {
    lines += 1;
    take(where, `line ${lines}`, Buffer.from(line, 'latin1'));
  }
  return { where, lines };
}

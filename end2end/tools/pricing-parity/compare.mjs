// CART-8: the browser's build prices the carts of a seed exactly as the server's build does.
//
//   PARITY_WASM=…/pricing_parity.wasm PARITY_NATIVE=<output of pricing-parity> node --test compare.mjs
//
// PARITY_SEED and PARITY_CARTS must be those given to the native program; by default 1 and 100000.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

const seed = BigInt(process.env.PARITY_SEED ?? '1');
const carts = Number(process.env.PARITY_CARTS ?? '100000');

test(`${carts} random carts cost the same in the browser and on the server`, async () => {
  const wasm = process.env.PARITY_WASM;
  const native = process.env.PARITY_NATIVE?.trim();
  assert.ok(wasm, 'PARITY_WASM must name the WebAssembly module');
  assert.match(native ?? '', /^[0-9a-f]{16}$/, 'PARITY_NATIVE must be the 16 digits the native program prints');
  assert.ok(Number.isInteger(carts) && carts > 0 && carts < 2 ** 32, 'PARITY_CARTS must be a whole number');

  // No imports: the rules call nothing outside themselves.
  const { instance } = await WebAssembly.instantiate(await readFile(wasm), {});
  const digest = BigInt.asUintN(64, instance.exports.parity_digest(seed, carts));
  assert.equal(digest.toString(16).padStart(16, '0'), native, `a cart of seed ${seed} costs something else; try fewer carts to find it`);
});

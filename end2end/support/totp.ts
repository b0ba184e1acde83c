// Computes the codes of an authenticator app (RFC 6238): SHA-1, six digits, thirty seconds.

import { createHmac } from 'node:crypto';

const STEP_MS = 30_000;
/** RFC 4648, section 6. */
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The code of a moment, from the key as people type it. */
export function totp(key: string, at = Date.now()): string {
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(at / STEP_MS)));
  const hash = createHmac('sha1', decoded(key)).update(step).digest();
  // RFC 4226, section 5.3: the last four bits say where the 31 bits begin that make the code.
  const number = hash.readUInt32BE(hash[hash.length - 1] & 0xf) & 0x7fff_ffff;
  return String(number % 1_000_000).padStart(6, '0');
}

function decoded(key: string): Buffer {
  const bits = [...key].map((letter) => BASE32.indexOf(letter).toString(2).padStart(5, '0')).join('');
  return Buffer.from((bits.match(/[01]{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
}

// The addresses of the store and its services: from the environment of `cargo xtask test`, else from
// the file that a running `cargo xtask run` writes.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../..');
const noted = process.env.BASE_URL ? new Map<string, string>() : assignments(join(root, '.cartwright/running.env'));

function assignments(file: string): Map<string, string> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return new Map();
  }
  const pairs = text.split('\n').filter((line) => line.includes('='));
  return new Map(pairs.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}

function known(...names: string[]): string | undefined {
  for (const name of names) {
    const value = process.env[name] || noted.get(name);
    if (value) return value;
  }
  return undefined;
}

function needed(...names: string[]): string {
  const value = known(...names);
  if (!value) throw new Error(`${names[0]} is not set: start the store with \`cargo xtask run\` or use \`cargo xtask test\`.`);
  return value;
}

export const baseUrl = known('BASE_URL', 'CARTWRIGHT_BASE_URL') ?? 'http://localhost:3000';
export const chromium = known('CHROMIUM_PATH') ?? '/usr/bin/chromium';

export const sandboxUrl = () => needed('STRIPE_SANDBOX_URL', 'STRIPE_API_BASE').replace(/\/$/, '');
export const sandboxKey = () => needed('STRIPE_SECRET_KEY');
export const mailUrl = () => needed('MAIL_SINK_HTTP').replace(/\/$/, '');
export const demoPassword = () => needed('CARTWRIGHT_DEMO_PASSWORD');

/** Runs an operator command on the data of the tested store and returns the last line it prints. */
export function operator(...task: string[]): string {
  const program = known('CARTWRIGHT_BIN') ?? join(root, 'target/debug/cartwright');
  const env = { ...process.env, ...Object.fromEntries(noted) };
  return execFileSync(program, task, { cwd: root, env, encoding: 'utf8' }).trim().split('\n').pop() ?? '';
}

// Where the pictures go, and in which ways each page is looked at.

import { join } from 'node:path';

const root = join(__dirname, '../..');

/** Whole pages, for looking closely: `target/shots/<device>/<page>.<look>.png`. */
export const shots = (...path: string[]) => join(root, 'target/shots', ...path);
/** What only the next step needs. */
export const work = (...path: string[]) => join(root, 'target/shots/.work', ...path);
/** An earlier run's whole pages, which `--compare` names. */
export const earlier = (...path: string[]) => join(process.env.SHOTS_BEFORE ?? '', ...path);
/** The sheets, for looking at everything at once. */
export const sheets = (...path: string[]) => join(root, 'docs/shots', ...path);

export const DEVICES = {
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
  desktop: { viewport: { width: 1440, height: 900 }, hasTouch: false, isMobile: false },
} as const;
export type Device = keyof typeof DEVICES;

/** Without scripts in one scheme only: what differs there is not the colours. */
export const LOOKS = {
  light: { colorScheme: 'light', javaScriptEnabled: true },
  dark: { colorScheme: 'dark', javaScriptEnabled: true },
  plain: { colorScheme: 'light', javaScriptEnabled: false },
} as const;
export type Look = keyof typeof LOOKS;

export const devices = Object.keys(DEVICES) as Device[];
export const looks = Object.keys(LOOKS) as Look[];

// Amounts as the store writes them.

const AMOUNT = /€([\d,]+)\.(\d\d)/;

/** "€1,234.50" is 123450; the first amount of a text. */
export function cents(text: string): number {
  const found = AMOUNT.exec(text);
  if (!found) throw new Error(`No amount in "${text}".`);
  return Number(found[1].replaceAll(',', '')) * 100 + Number(found[2]);
}

/** 123450 is "€1,234.50". */
export function euros(cents: number): string {
  const whole = Math.floor(cents / 100).toString().replace(/\B(?=(\d{3})+$)/g, ',');
  return `€${whole}.${String(cents % 100).padStart(2, '0')}`;
}

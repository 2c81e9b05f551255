/** `amount` is in units of the currency, a code of three capital letters. */
export interface Cost {
  readonly amount: number;
  readonly currency: string;
}

/** Millionths of a unit of a currency, in which budgets count. */
export function toMicros(amount: number): number {
  // A sum such as 0.1 + 0.2 must not become one millionth more.
  return Math.ceil(Math.round(amount * 1e9) / 1e3);
}

/** `2.5 USD`: at least two digits after the point. */
export function formatMicros(micros: number, currency: string): string {
  const text = (micros / 1e6).toFixed(6).replace(/0{1,4}$/, '');
  return `${text} ${currency}`;
}

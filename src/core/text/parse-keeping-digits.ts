import { isUnsafeInteger } from './json-scan.ts';

/** What JSON.parse gives its reviver since Node 22: the text of a number as it was written. */
interface ReviverContext {
  readonly source?: string;
}

/**
 * JSON.parse for what others sent, with each integer beyond ±(2^53 − 1) as a text, as it was written: as a number its last
 * digits would change, and an id would become another one. Text without 16 digits and points in a row has none and is parsed
 * without a reviver.
 */
export function parseKeepingDigits(text: string): unknown {
  return /[\d.]{16}/.test(text) ? JSON.parse(text, keepDigits) : JSON.parse(text);
}

const keepDigits = ((_key: string, value: unknown, { source = '' }: ReviverContext = {}): unknown =>
  typeof value === 'number' && isUnsafeInteger(source) ? source : value) as Parameters<typeof JSON.parse>[1];

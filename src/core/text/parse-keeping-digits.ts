import { isUnsafeInteger } from './json-scan.ts';

/** Third argument of a JSON.parse reviver since Node 22: the source text of a number. */
interface ReviverContext {
  readonly source?: string;
}

/**
 * JSON.parse for input from other systems. Each integer beyond ±(2^53 − 1) becomes a string with its original text: as
 * a number its last digits would change, and an id would name another object. Input without 16 digits and points in a
 * row has no such integer and is parsed without a reviver.
 */
export function parseKeepingDigits(text: string): unknown {
  return /[\d.]{16}/.test(text) ? JSON.parse(text, keepDigits) : JSON.parse(text);
}

const keepDigits = ((_key: string, value: unknown, { source = '' }: ReviverContext = {}): unknown =>
  typeof value === 'number' && isUnsafeInteger(source) ? source : value) as Parameters<typeof JSON.parse>[1];

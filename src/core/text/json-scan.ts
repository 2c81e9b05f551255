export interface JsonFault {
  pointer: string;
  code: 'duplicate_key' | 'number_out_of_range' | 'unsafe_integer';
}

/** Each text follows the name of the value or its pointer. */
export const JSON_FAULTS: Readonly<Record<JsonFault['code'], string>> = {
  duplicate_key: 'is given twice',
  number_out_of_range: 'is a number too large to store',
  unsafe_integer: 'is an integer beyond ±(2^53 − 1), whose last digits would change; send it as a string, in quotes',
};

interface Container {
  /** Keys met so far; null for an array. */
  keys: Set<string> | null;
  /** The key or index of the current member. */
  token: string | number;
}

/**
 * Finds what JSON.parse accepts silently: a duplicate key (parsers disagree on which one counts), a number too large
 * for a double (1e400 becomes Infinity, which JSON cannot express) and an integer that a double may change (2^53 + 1
 * becomes 2^53, also when written as 9007199254740993.0 or 9.007199254740993e15). The text must be valid JSON. One
 * pass, no recursion. A fault that `counts` rejects is skipped.
 */
export function findJsonFault(text: string, counts: (fault: JsonFault) => boolean = () => true): JsonFault | null {
  const stack: Container[] = [];
  const fault = (code: JsonFault['code']): JsonFault | null => {
    const pointer = stack.map(({ token }) => `/${String(token).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
    return counts({ code, pointer }) ? { code, pointer } : null;
  };
  for (let at = 0; at < text.length; at++) {
    const top = stack.at(-1);
    const character = text.charCodeAt(at);
    if (character === 0x22 /* " */) {
      const end = endOfString(text, at);
      const isKey = top?.keys && isColonNext(text, end);
      if (isKey && top.keys) {
        const raw = text.slice(at, end);
        const key = raw.includes('\\') ? (JSON.parse(raw) as string) : raw.slice(1, -1);
        top.token = key;
        const found = top.keys.has(key) ? fault('duplicate_key') : null;
        if (found) return found;
        top.keys.add(key);
      }
      at = end - 1;
    } else if (character === 0x7b /* { */) stack.push({ keys: new Set(), token: '' });
    else if (character === 0x5b /* [ */) stack.push({ keys: null, token: 0 });
    else if (character === 0x7d || character === 0x5d) stack.pop();
    else if (character === 0x2c /* , */) {
      if (typeof top?.token === 'number') top.token += 1;
    } else if (character >= 0x30 && character <= 0x39) {
      const end = endOfNumber(text, at);
      const number = text.slice(at, end);
      const code = faultOfNumber(number);
      const found = code && fault(code);
      if (found) return found;
      at = end - 1;
    }
  }
  return null;
}

function faultOfNumber(number: string): 'number_out_of_range' | 'unsafe_integer' | null {
  if (!Number.isFinite(Number(number))) return 'number_out_of_range';
  return isUnsafeInteger(number) ? 'unsafe_integer' : null;
}

const DECIMAL = /^[-+]?(\d*)\.?(\d*)(?:e([-+]?\d+))?$/i;

/**
 * True for the text of an integer beyond ±(2^53 − 1) that a double may change. Plain digits always count: they are
 * ids, and parsers treat them differently. With a point or an exponent, only a value that is written back differently
 * counts: 1e20 and 6.02214076e23 are accepted, 9007199254740993.0 would become 9007199254740992.
 */
export function isUnsafeInteger(text: string): boolean {
  const value = Number(text);
  if (Math.abs(value) <= Number.MAX_SAFE_INTEGER) return false;
  if (/^[-+]?\d+$/.test(text)) return true;
  const written = significandOf(text);
  return written.exponent >= 0 && significandOf(String(value)).digits !== written.digits;
}

/** The value as `digits` × 10^`exponent`, without zeros at either end of the digits. Infinity has no digits. */
function significandOf(text: string): { digits: string; exponent: number } {
  const [, whole = '', fraction = '', exponent = '0'] = DECIMAL.exec(text) ?? [];
  const digits = whole + fraction;
  let end = digits.length; // no pattern such as /0+$/, which takes quadratic time
  while (digits.charCodeAt(end - 1) === 0x30) end--;
  return { digits: digits.slice(0, end).replace(/^0+/, ''), exponent: Number(exponent) - fraction.length + digits.length - end };
}

/** The index after the closing quote. */
function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); ; at = text.indexOf('"', at + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(at - 1 - backslashes) === 0x5c) backslashes++;
    if (backslashes % 2 === 0) return at + 1;
  }
}

function isColonNext(text: string, from: number): boolean {
  let at = from;
  while (text.charCodeAt(at) <= 0x20) at++;
  return text.charCodeAt(at) === 0x3a;
}

const NUMBER = /[\d.eE+-]*/y;
function endOfNumber(text: string, start: number): number {
  NUMBER.lastIndex = start;
  NUMBER.test(text);
  return NUMBER.lastIndex;
}

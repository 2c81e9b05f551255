export interface JsonFault {
  pointer: string;
  code: 'duplicate_key' | 'number_out_of_range';
}

interface Container {
  /** Keys met so far; null for an array. */
  keys: Set<string> | null;
  /** The key or index of the member being read. */
  token: string | number;
}

/**
 * What JSON.parse lets pass silently: a key given twice (readers disagree on which counts) and a number too big for a
 * double (1e400 becomes Infinity, which no JSON can say). Takes text that JSON.parse accepted; one pass, no recursion.
 */
export function findJsonFault(text: string): JsonFault | null {
  const stack: Container[] = [];
  const fault = (code: JsonFault['code']): JsonFault => ({
    code,
    pointer: stack.map(({ token }) => `/${String(token).replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''),
  });
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
        if (top.keys.has(key)) return fault('duplicate_key');
        top.keys.add(key);
      }
      at = end - 1;
    } else if (character === 0x7b /* { */) stack.push({ keys: new Set(), token: '' });
    else if (character === 0x5b /* [ */) stack.push({ keys: null, token: 0 });
    else if (character === 0x7d || character === 0x5d) stack.pop();
    else if (character === 0x2c /* , */) {
      if (typeof top?.token === 'number' && top.keys === null) top.token += 1;
    } else if (character >= 0x30 && character <= 0x39) {
      const end = endOfNumber(text, at);
      // Without an exponent it takes over 308 digits to leave the range.
      const number = text.slice(at, end);
      if ((number.length > 300 || /e/i.test(number)) && !Number.isFinite(Number(number))) return fault('number_out_of_range');
      at = end - 1;
    }
  }
  return null;
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

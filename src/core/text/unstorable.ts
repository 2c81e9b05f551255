/**
 * Why a JSON value cannot be stored. PostgreSQL rejects the first two; the others protect readers of the stored value.
 */
export type UnstorableCode = 'nul_character' | 'lone_surrogate' | 'too_deep' | 'too_many_keys' | 'forbidden_key';

/** Each text follows the name of the value or its pointer. */
export const UNSTORABLE_FAULTS: Readonly<Record<Exclude<UnstorableCode, 'too_deep' | 'too_many_keys'>, string>> = {
  nul_character: 'holds the character U+0000, which cannot be stored',
  lone_surrogate: 'holds half of a surrogate pair, which is not text',
  forbidden_key: 'is a member name that is not allowed',
};

export interface Unstorable {
  /** RFC 6901 JSON pointer to the value, or to the member with the rejected key. */
  pointer: string;
  code: UnstorableCode;
}

/** `depth`: nesting depth of containers. `keys`: members and elements in the whole value. */
export interface StorableLimits {
  depth: number;
  keys: number;
  /** Accept values (but not keys) that PostgreSQL rejects. */
  anyText?: boolean;
}

interface Frame {
  container: object;
  keys: string[];
  next: number;
  token: string;
}

const FORBIDDEN = new Set(['__proto__', 'prototype', 'constructor.prototype']);

/**
 * Returns the first place, in document order, that jsonb or its readers could not accept; null when there is none.
 * Uses an explicit stack, so that 20,000 nested arrays are reported instead of overflowing the stack.
 */
export function findUnstorable(value: unknown, limits: StorableLimits): Unstorable | null {
  const stack: Frame[] = [];
  const found = (code: UnstorableCode, ...tail: string[]): Unstorable => ({
    code,
    pointer: [...stack.slice(1).map((frame) => frame.token), ...tail]
      .map((token) => `/${token.replaceAll('~', '~0').replaceAll('/', '~1')}`)
      .join(''),
  });
  let seen = 0;
  const enter = (item: unknown, token: string): UnstorableCode | null => {
    if (typeof item === 'string') return limits.anyText ? null : faultOf(item);
    if (typeof item !== 'object' || item === null) return null;
    if (stack.length >= limits.depth) return 'too_deep';
    const keys = Object.keys(item);
    seen += keys.length;
    if (seen > limits.keys) return 'too_many_keys';
    stack.push({ container: item, keys, next: 0, token });
    return null;
  };

  const root = enter(value, '');
  if (root) return found(root);
  for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
    const key = frame.keys[frame.next];
    if (key === undefined) {
      stack.pop();
      continue;
    }
    frame.next += 1;
    const fault = FORBIDDEN.has(key) ? 'forbidden_key' : (faultOf(key) ?? enter(Reflect.get(frame.container, key), key));
    if (fault) return found(fault, key);
  }
  return null;
}

function faultOf(text: string): UnstorableCode | null {
  if (text.includes('\0')) return 'nul_character';
  return text.isWellFormed() ? null : 'lone_surrogate';
}

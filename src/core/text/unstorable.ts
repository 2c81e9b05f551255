/** Why a JSON value cannot be stored: PostgreSQL refuses the first two, the rest protect the readers of what is stored. */
export type UnstorableCode = 'nul_character' | 'lone_surrogate' | 'too_deep' | 'too_many_keys' | 'forbidden_key';

/** Follows the name of the value or its pointer. */
export const UNSTORABLE_FAULTS: Readonly<Record<Exclude<UnstorableCode, 'too_deep' | 'too_many_keys'>, string>> = {
  nul_character: 'holds the character U+0000, which cannot be stored',
  lone_surrogate: 'holds half of a surrogate pair, which is not text',
  forbidden_key: 'is a name that objects are not allowed to have',
};

export interface Unstorable {
  /** RFC 6901 JSON pointer to the offending value, or to the member whose key offends. */
  pointer: string;
  code: UnstorableCode;
}

/** `depth`: containers inside containers; `keys`: members and elements in the whole value. */
export interface StorableLimits {
  depth: number;
  keys: number;
  /** Texts that PostgreSQL refuses pass; keys never do. */
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
 * The first place, in document order, that jsonb or a reader of it could not take; null when there is none. Works on an
 * explicit stack: 20,000 nested arrays are a finding, not an overflow.
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

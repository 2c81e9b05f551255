import { storableText } from './storable-text.ts';

export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

/** Deeper than any readable report. PostgreSQL itself fails at about 6,000 levels. */
const MAX_DEPTH = 64;
/** A value with many references to the same part would expand without bound. 100,000 members are about 5 MB of JSON. */
const MAX_MEMBERS = 100_000;
const TOO_LARGE = `has more than ${MAX_MEMBERS} members and elements, all levels counted`;
const FORBIDDEN = new Set(['__proto__', 'prototype', 'constructor.prototype']);

/** A value that JSON cannot represent exactly. `pointer` is its place. */
export class NotJsonError extends Error {
  override readonly name = 'NotJsonError';
  constructor(
    readonly problem: string,
    readonly pointer: string = '',
  ) {
    super(`the value at ${pointer || 'the top'} ${problem}`);
  }

  /** The same error, seen from one level higher. */
  inside(key: string | number): NotJsonError {
    return new NotJsonError(this.problem, `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}${this.pointer}`);
  }
}

/** Returns a placeholder for a value that JSON cannot represent, or throws. */
type OnLoss = (problem: string, placeholder: string) => string;

/**
 * Like `sanitizeForJsonb`, for results, which must not change silently. What JSON.stringify rejects (BigInt, circular
 * references) and what would be truncated is an error. @throws {NotJsonError}
 */
export function toJsonOrThrow(value: unknown): JsonValue {
  return convert(value, (problem) => {
    throw new NotJsonError(problem);
  });
}

/**
 * Turns any return value or log value of a handler into a value that jsonb accepts, with as little loss as possible.
 * NUL and lone surrogates become U+FFFD, dates ISO strings, BigInts decimal strings, errors {name, message}. NaN,
 * infinities and values that JSON does not have become null. Values that are too deep, circular or too large are
 * replaced by a note.
 */
export function sanitizeForJsonb(value: unknown): JsonValue {
  return convert(value, (_, placeholder) => placeholder);
}

function convert(value: unknown, onLoss: OnLoss): JsonValue {
  const ancestors = new Set<object>();
  let members = 0;

  const clean = (item: unknown): JsonValue => {
    switch (typeof item) {
      case 'string':
        return storableText(item);
      case 'number':
        return Number.isFinite(item) ? item : null;
      case 'boolean':
        return item;
      case 'bigint':
        return onLoss('is a BigInt, which JSON does not have. Return it as a string', item.toString());
      case 'object':
        return item === null ? null : cleanObject(item);
      default:
        return null;
    }
  };
  const cleanObject = (item: object): JsonValue => {
    if (item instanceof Date) return Number.isNaN(item.getTime()) ? null : item.toISOString();
    if (ancestors.has(item)) return onLoss('is a circular reference', '[circular]');
    if (ancestors.size >= MAX_DEPTH) return onLoss(`is nested deeper than ${MAX_DEPTH} levels`, '[too deep]');
    const source: object = item instanceof Error ? Object.assign({ name: item.name, message: item.message }, item) : item;
    ancestors.add(item);
    const result = Array.isArray(source) ? cleanArray(source) : cleanMembers(source);
    ancestors.delete(item);
    return result;
  };
  /** The path is built only on the way back from a loss, so that ordinary values cost nothing. */
  const cleanInside = (key: string | number, item: unknown): JsonValue => {
    if (typeof item !== 'object' && typeof item !== 'bigint') return clean(item);
    try {
      return clean(item);
    } catch (error) {
      throw error instanceof NotJsonError ? error.inside(key) : error;
    }
  };
  const cleanArray = (items: readonly unknown[]): JsonValue => {
    members += items.length;
    if (members > MAX_MEMBERS) return onLoss(TOO_LARGE, '[too large]');
    return Array.from(items, (item, index) => cleanInside(index, item));
  };
  const cleanMembers = (item: object): JsonValue => {
    const keys = Object.keys(item);
    members += keys.length;
    if (members > MAX_MEMBERS) return onLoss(TOO_LARGE, '[too large]');
    const result: { [key: string]: JsonValue } = {};
    for (const key of keys) {
      const member: unknown = Reflect.get(item, key);
      if (FORBIDDEN.has(key) || member === undefined || typeof member === 'function' || typeof member === 'symbol') continue;
      result[storableText(key)] = cleanInside(key, member);
    }
    return result;
  };
  return clean(value);
}

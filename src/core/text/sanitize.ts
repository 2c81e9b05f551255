import { storableText } from './storable-text.ts';

export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

/** Deeper than any report a person reads; PostgreSQL itself stops at about 6,000. */
const MAX_DEPTH = 64;
/** A value that refers to the same part from many places would unfold without end; 100,000 members are ≈ 5 MB of JSON. */
const MAX_MEMBERS = 100_000;
const TOO_LARGE = `has more than ${MAX_MEMBERS} members and elements, all levels counted`;
const FORBIDDEN = new Set(['__proto__', 'prototype', 'constructor.prototype']);

/** A value that JSON cannot hold as it is. `pointer` leads to it. */
export class NotJsonError extends Error {
  override readonly name = 'NotJsonError';
  constructor(
    readonly problem: string,
    readonly pointer: string = '',
  ) {
    super(`the value at ${pointer || 'the top'} ${problem}`);
  }

  /** The same one level higher. */
  inside(key: string | number): NotJsonError {
    return new NotJsonError(this.problem, `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}${this.pointer}`);
  }
}

/** What takes the place of a value that JSON cannot hold, or a throw. */
type OnLoss = (problem: string, placeholder: string) => string;

/**
 * As `sanitizeForJsonb`, for results, which must not change silently: what JSON.stringify refuses (big integers, circles) and
 * what would be cut is an error. @throws {NotJsonError}
 */
export function toJsonOrThrow(value: unknown): JsonValue {
  return convert(value, (problem) => {
    throw new NotJsonError(problem);
  });
}

/**
 * Turns anything a handler may return or log into a value jsonb accepts, losing as little as possible: NUL and lone
 * surrogates become U+FFFD, dates ISO strings, big integers decimal strings, errors {name, message}; NaN, infinities
 * and what JSON has no word for become null; what is too deep, circular or too large is cut and says so in its place.
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
        return onLoss('is a BigInt, which JSON does not have. Return it as a text', item.toString());
      case 'object':
        return item === null ? null : cleanObject(item);
      default:
        return null;
    }
  };
  const cleanObject = (item: object): JsonValue => {
    if (item instanceof Date) return Number.isNaN(item.getTime()) ? null : item.toISOString();
    if (ancestors.has(item)) return onLoss('refers to an object that contains it', '[circular]');
    if (ancestors.size >= MAX_DEPTH) return onLoss(`is nested deeper than ${MAX_DEPTH} levels`, '[too deep]');
    const source: object = item instanceof Error ? Object.assign({ name: item.name, message: item.message }, item) : item;
    ancestors.add(item);
    const result = Array.isArray(source) ? cleanArray(source) : cleanMembers(source);
    ancestors.delete(item);
    return result;
  };
  /** The path to a loss is built on its way up: values without one pay nothing for it. */
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

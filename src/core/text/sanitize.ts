export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

/** Deeper than any report a person reads; PostgreSQL itself stops at about 6,000. */
const MAX_DEPTH = 64;
/** A value that refers to the same part from many places would unfold without end; 100,000 members are ≈ 5 MB of JSON. */
const MAX_MEMBERS = 100_000;
const FORBIDDEN = new Set(['__proto__', 'prototype', 'constructor.prototype']);

/**
 * Turns anything a handler may return or log into a value jsonb accepts, losing as little as possible: NUL and lone
 * surrogates become U+FFFD, dates ISO strings, big integers decimal strings, errors {name, message}; NaN, infinities
 * and what JSON has no word for become null; what is too deep, circular or too large is cut and says so in its place.
 */
export function sanitizeForJsonb(value: unknown): JsonValue {
  const ancestors = new Set<object>();
  let members = 0;

  const clean = (item: unknown): JsonValue => {
    switch (typeof item) {
      case 'string':
        return cleanText(item);
      case 'number':
        return Number.isFinite(item) ? item : null;
      case 'boolean':
        return item;
      case 'bigint':
        return item.toString();
      case 'object':
        return item === null ? null : cleanObject(item);
      default:
        return null;
    }
  };
  const cleanObject = (item: object): JsonValue => {
    if (item instanceof Date) return Number.isNaN(item.getTime()) ? null : item.toISOString();
    if (ancestors.has(item)) return '[circular]';
    if (ancestors.size >= MAX_DEPTH) return '[too deep]';
    const source: object = item instanceof Error ? Object.assign({ name: item.name, message: item.message }, item) : item;
    ancestors.add(item);
    const result = Array.isArray(source) ? cleanArray(source) : cleanMembers(source);
    ancestors.delete(item);
    return result;
  };
  const cleanArray = (items: readonly unknown[]): JsonValue => {
    members += items.length;
    if (members > MAX_MEMBERS) return '[too large]';
    return Array.from(items, clean);
  };
  const cleanMembers = (item: object): JsonValue => {
    const keys = Object.keys(item);
    members += keys.length;
    if (members > MAX_MEMBERS) return '[too large]';
    const result: { [key: string]: JsonValue } = {};
    for (const key of keys) {
      const member: unknown = Reflect.get(item, key);
      if (FORBIDDEN.has(key) || member === undefined || typeof member === 'function' || typeof member === 'symbol') continue;
      result[cleanText(key)] = clean(member);
    }
    return result;
  };
  return clean(value);
}

function cleanText(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD');
}

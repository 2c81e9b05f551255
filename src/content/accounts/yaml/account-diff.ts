import { isDeepStrictEqual } from 'node:util';

/** One member that an import would change. `field` is a JSON pointer into the account. */
export interface FieldChange {
  readonly field: string;
  /** Null for a member that the account does not have. */
  readonly before: unknown;
  readonly after: unknown;
}

/**
 * The members that differ: of maps one by one, of lists as a whole. `after` has only the given members, which replace those of the
 * account, so a member of a map that is not given is removed.
 */
export function diffAccount(before: Readonly<Record<string, unknown>>, after: Readonly<Record<string, unknown>>): FieldChange[] {
  return Object.entries(after).flatMap(([name, value]) => diffValue(pointerOf('', name), before[name], value));
}

function diffValue(field: string, before: unknown, after: unknown): FieldChange[] {
  if (isDeepStrictEqual(before ?? null, after ?? null)) return [];
  if (!isMap(before) || !isMap(after)) return [{ field, before: before ?? null, after: after ?? null }];
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.flatMap((name) => diffValue(pointerOf(field, name), before[name], after[name]));
}

function pointerOf(parent: string, name: string): string {
  return `${parent}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The values of one search parameter as the router gives them: absent, once, or several times. */
export type RawSearch = Record<string, unknown>;

/** The words of the address are those of the API and of the command line: `?status=failed&status=timeout`, never JSON. */
export function parseSearch(text: string): Record<string, string | string[]> {
  const search: Record<string, string | string[]> = {};
  for (const [name, value] of new URLSearchParams(text)) {
    const known = search[name];
    search[name] = known === undefined ? value : [...(Array.isArray(known) ? known : [known]), value];
  }
  return search;
}

export function stringifySearch(search: RawSearch): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) params.append(name, String(one));
  }
  return params.size > 0 ? `?${params.toString().replaceAll('%3A', ':')}` : '';
}

/** All values of a parameter; undefined when it is absent. */
export function manyOf(raw: unknown): string[] | undefined {
  const values = raw === undefined ? [] : [raw].flat().map(String);
  return values.length > 0 ? values : undefined;
}

/** The values that are allowed; undefined when none is. */
export function wordsOf<T extends string>(raw: unknown, allowed: readonly T[]): T[] | undefined {
  const values = (manyOf(raw) ?? []).filter((value): value is T => (allowed as readonly string[]).includes(value));
  return values.length > 0 ? values : undefined;
}

export function wordOf<T extends string>(raw: unknown, allowed: readonly T[]): T | undefined {
  return wordsOf(raw, allowed)?.[0];
}

export function textOf(raw: unknown): string | undefined {
  const value = manyOf(raw)?.[0];
  return value === '' ? undefined : value;
}

/** Leaves out what is undefined, so that it does not appear in the address. */
export function present<T extends object>(search: T): T {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined)) as T;
}

/** The search parameters of a page that has no other than the selected row. */
export interface Selection {
  sel?: string;
}

export const selectionSearch = (raw: RawSearch): Selection => present({ sel: textOf(raw.sel) });

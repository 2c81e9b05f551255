import { storableText } from './storable-text.ts';

/** One changed member of an object, in short. A side is absent where the member was absent. */
export interface FieldChange {
  /** Path with dots: `publishing.autoPublish`. */
  readonly field: string;
  readonly before?: string;
  readonly after?: string;
}

const MAX_FIELDS = 30;
const MAX_VALUE = 120;
const MAX_FIELD = 80;
const MAX_DEPTH = 3;
const HIDDEN = '[hidden]';
/** By name: a value cannot be recognised as a secret. */
const SECRET = /pass(word|phrase)|secret|token|credential|authori[sz]ation|cookie|^(api)?key$|apikey|private/i;
/** Members that change with every write, or that the server counts. */
const NOISE = new Set(['updatedAt', 'updatedBy', 'version', 'etag', 'lastUsedAt']);

type Members = ReadonlyMap<string, string>;

/** The members that differ, at most 30, each value cut to 120 characters. Null stands for an object that does not exist. */
export function summarizeChanges(before: unknown, after: unknown): FieldChange[] {
  const [old, next] = [membersOf(before), membersOf(after)];
  const fields = [...new Set([...old.keys(), ...next.keys()])].filter((field) => old.get(field) !== next.get(field));
  const shown = fields
    .slice(0, MAX_FIELDS)
    .map((field) => ({ field: cut(field, MAX_FIELD), ...side('before', field, old), ...side('after', field, next) }));
  return fields.length > MAX_FIELDS ? [...shown, { field: `… and ${fields.length - MAX_FIELDS} more` }] : shown;
}

function side(name: 'before' | 'after', field: string, members: Members): object {
  const value = members.get(field);
  if (value === undefined) return {};
  return { [name]: field.split('.').some((part) => SECRET.test(part)) ? HIDDEN : cut(value, MAX_VALUE) };
}

/** The members of nested objects by their paths. A list is one value. */
function membersOf(value: unknown, path = '', depth = 0, found = new Map<string, string>()): Map<string, string> {
  if (isObject(value) && depth < MAX_DEPTH) {
    for (const [name, member] of Object.entries(value)) {
      if (!NOISE.has(name)) membersOf(member, path === '' ? name : `${path}.${name}`, depth + 1, found);
    }
  } else if (path !== '' && value !== null && value !== undefined) {
    found.set(path, typeof value === 'string' ? value : JSON.stringify(value, withoutSecrets));
  }
  return found;
}

/** For secrets inside of lists and deep objects. */
const withoutSecrets = (name: string, value: unknown): unknown => (name !== '' && SECRET.test(name) && value !== null ? HIDDEN : value);

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value);

function cut(text: string, most: number): string {
  const safe = storableText(text.slice(0, most + 1));
  return text.length <= most ? safe : `${safe.slice(0, most - 1).toWellFormed()}…`;
}

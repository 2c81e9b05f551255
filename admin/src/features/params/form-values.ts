import type { Field } from './schema-fields.ts';

/** What the inputs hold, by the pointer of their field. */
export type FormValues = Readonly<Record<string, string | readonly string[]>>;

/** Codes of what is wrong before anything is sent. */
export type FormFault = 'required' | 'notNumber' | 'notJson';

export interface ReadForm {
  readonly params: Record<string, unknown>;
  readonly faults: Readonly<Record<string, FormFault>>;
}

const leavesOf = (fields: readonly Field[]): Field[] =>
  fields.flatMap((field) => (field.kind === 'group' ? leavesOf(field.fields) : [field]));

/** The time zone of the browser, as inputs of the type datetime-local have it. */
function localTime(iso: string): string {
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? '' : new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function textOf({ kind }: Field, value: unknown): string | readonly string[] {
  if (kind === 'choices') return Array.isArray(value) ? value.map(String) : [];
  if (value === undefined) return '';
  if (kind === 'texts') return Array.isArray(value) ? value.join('\n') : '';
  if (kind === 'json') return JSON.stringify(value, null, 2);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return kind === 'time' ? localTime(text) : text;
}

function valueAt(params: unknown, pointer: string): unknown {
  const names = pointer.slice(1).split('/');
  return names.reduce<unknown>(
    (value, name) => (value as Record<string, unknown> | undefined)?.[name.replaceAll('~1', '/').replaceAll('~0', '~')],
    params,
  );
}

/** What the inputs show for these params; a default is shown where nothing is given. */
export function formOf(fields: readonly Field[], params: object): FormValues {
  return Object.fromEntries(
    leavesOf(fields).map((field) => [field.pointer, textOf(field, valueAt(params, field.pointer) ?? field.schema.default)]),
  );
}

type Read = { value: unknown } | { fault: FormFault } | null;

function readField(field: Field, raw: string | readonly string[]): Read {
  if (typeof raw !== 'string') return raw.length > 0 ? { value: raw } : null;
  // Spaces at the ends of a text belong to it.
  if (raw.trim() === '') return null;
  switch (field.kind) {
    case 'integer':
    case 'number':
      return Number.isFinite(Number(raw)) ? { value: Number(raw) } : { fault: 'notNumber' };
    case 'boolean':
      return { value: raw === 'true' };
    case 'time':
      return { value: new Date(raw).toISOString() };
    case 'texts':
      return { value: linesOf(raw) };
    case 'json':
      try {
        return { value: JSON.parse(raw) as unknown };
      } catch {
        return { fault: 'notJson' };
      }
    default:
      return { value: raw };
  }
}

const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** The params of the form. A field that is empty is left out; an optional object without a member too. */
export function readForm(fields: readonly Field[], values: FormValues): ReadForm {
  const params: Record<string, unknown> = {};
  const faults: Record<string, FormFault> = {};
  for (const field of fields) {
    if (field.kind === 'group') {
      const group = readForm(field.fields, values);
      const isGiven = Object.keys(group.params).length > 0;
      if (isGiven || field.required) Object.assign(faults, group.faults);
      else for (const [pointer, fault] of Object.entries(group.faults)) if (fault !== 'required') faults[pointer] = fault;
      if (isGiven || field.required) params[field.name] = group.params;
      continue;
    }
    const read = readField(field, values[field.pointer] ?? '');
    if (read === null) {
      if (field.required) faults[field.pointer] = 'required';
    } else if ('fault' in read) faults[field.pointer] = read.fault;
    else params[field.name] = read.value;
  }
  return { params, faults };
}

interface FieldError {
  readonly pointer: string;
  readonly detail: string;
}

const IN_BODY = '/params';

/** What the server refused, at the field that its pointer leads into; `rest` belongs to no field. */
export function errorsByField(
  fields: readonly Field[],
  errors: readonly FieldError[],
): { byField: Record<string, string>; rest: string[] } {
  const pointers = leavesOf(fields)
    .map(({ pointer }) => pointer)
    .toSorted((a, b) => b.length - a.length);
  const byField: Record<string, string> = {};
  const rest: string[] = [];
  for (const { pointer, detail } of errors) {
    const own = pointer.startsWith(IN_BODY) ? pointer.slice(IN_BODY.length) : pointer;
    const target = pointers.find((one) => own === one || own.startsWith(`${one}/`));
    if (target === undefined) rest.push(`${pointer}: ${detail}`);
    else byField[target] = [byField[target], detail].filter(Boolean).join('; ');
  }
  return { byField, rest };
}

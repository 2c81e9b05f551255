/** The part of JSON Schema that forms of params are made of. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly [keyword: string]: unknown;
}

export type FieldKind =
  | 'text'
  | 'longText'
  | 'integer'
  | 'number'
  | 'boolean'
  | 'choice'
  | 'choices'
  | 'texts'
  | 'day'
  | 'time'
  | 'account'
  | 'group'
  | 'json';

export interface Field {
  /** A JSON pointer into the params: `/filter/status`. */
  readonly pointer: string;
  readonly name: string;
  readonly kind: FieldKind;
  readonly required: boolean;
  readonly schema: JsonSchema;
  /** Those of a nested object. */
  readonly fields: readonly Field[];
}

/** Objects within objects are edited as JSON from this level on. */
const DEEPEST = 2;
/** A longer text has several lines. */
const LONG_TEXT = 500;

const escaped = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');
const isText = ({ type }: JsonSchema): boolean => type === 'string';
const isChoice = (schema: JsonSchema): boolean => schema.enum !== undefined && schema.enum.every((value) => typeof value === 'string');

function kindOf(name: string, schema: JsonSchema, level: number): FieldKind {
  const { type, format, items } = schema;
  if (isChoice(schema)) return 'choice';
  switch (type) {
    case 'string':
      if (name === 'accountId') return 'account';
      if (format === 'date-time') return 'time';
      if (format === 'date') return 'day';
      return (schema.maxLength ?? 0) > LONG_TEXT && schema.pattern === undefined ? 'longText' : 'text';
    case 'integer':
    case 'number':
    case 'boolean':
      return type;
    case 'array':
      if (items && isChoice(items)) return 'choices';
      return items && isText(items) ? 'texts' : 'json';
    case 'object':
      return schema.properties && level < DEEPEST ? 'group' : 'json';
    default:
      return 'json';
  }
}

/** One field for each property, those that are needed first; undefined when the schema describes no properties. */
export function fieldsOf(schema: JsonSchema | null, parent = '', level = 1): Field[] | undefined {
  if (!schema?.properties) return undefined;
  const fields = Object.entries(schema.properties).map(([name, property]): Field => {
    const pointer = `${parent}/${escaped(name)}`;
    const kind = kindOf(name, property, level);
    const required = schema.required?.includes(name) ?? false;
    return {
      pointer,
      name,
      kind,
      required,
      schema: property,
      fields: kind === 'group' ? (fieldsOf(property, pointer, level + 1) ?? []) : [],
    };
  });
  return fields.toSorted((a, b) => Number(b.required) - Number(a.required));
}

import { closest } from '../core/text/closest.ts';
import type { ProblemDetail } from '../platform/http/problem.ts';

export type OptionValue = string | number | boolean;
export type CreatorOptions = Readonly<Record<string, OptionValue>>;

/** One option. Numbers have a range, texts a longest length or a list of values. */
export type OptionField =
  | { type: 'number' | 'integer'; description: string; default?: number; minimum: number; maximum: number }
  | {
      type: 'string';
      description: string;
      default?: string;
      maxLength?: number;
      enum?: readonly string[];
      /** Why a text of a permitted length is not accepted; null when it is. */
      fault?: (text: string) => string | null;
    }
  | { type: 'boolean'; description: string; default?: boolean };

/** The options of a creator: named fields with plain values, none of them required. */
export class OptionsTable {
  constructor(private readonly fields: Readonly<Record<string, OptionField>> = {}) {}

  get schema(): Record<string, unknown> {
    const properties = Object.entries(this.fields).map(([name, field]) => {
      const { fault: _check, ...shown } = { fault: undefined, ...field };
      return [name, shown];
    });
    return { type: 'object', properties: Object.fromEntries(properties) as Record<string, unknown>, additionalProperties: false };
  }

  /** The errors of the given options; pointers begin with `prefix`. */
  faults(given: Readonly<Record<string, unknown>>, prefix: string): ProblemDetail[] {
    return Object.entries(given).flatMap(([name, value]) => {
      const pointer = `${prefix}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
      const field = Object.hasOwn(this.fields, name) ? this.fields[name] : undefined;
      const fault = field === undefined ? this.unknownOption(name) : faultOf(field, value);
      return fault === null ? [] : [{ pointer, ...fault }];
    });
  }

  /** Valid options with the defaults of absent ones. */
  withDefaults(given: CreatorOptions): CreatorOptions {
    const defaults = Object.entries(this.fields).flatMap(([name, field]) => (field.default === undefined ? [] : [[name, field.default]]));
    return { ...(Object.fromEntries(defaults) as CreatorOptions), ...given };
  }

  private unknownOption(name: string): Omit<ProblemDetail, 'pointer'> {
    const names = Object.keys(this.fields);
    const near = closest(name, names);
    const hint = near === null ? `; known are ${names.join(', ') || 'none'}` : `, did you mean ‘${near}’?`;
    return { code: 'unknown_option', detail: `there is no option ‘${name.slice(0, 60)}’${hint}` };
  }
}

function faultOf(field: OptionField, value: unknown): Omit<ProblemDetail, 'pointer'> | null {
  switch (field.type) {
    case 'boolean':
      return typeof value === 'boolean' ? null : { code: 'is_boolean', detail: 'must be true or false' };
    case 'string': {
      if (typeof value !== 'string') return { code: 'is_string', detail: 'must be a text' };
      if (field.enum && !field.enum.includes(value)) return { code: 'is_in', detail: `must be one of ${field.enum.join(', ')}` };
      const { maxLength = 200 } = field;
      if (value.length > maxLength) return { code: 'max_length', detail: `must be at most ${maxLength} characters long` };
      const fault = field.fault?.(value) ?? null;
      return fault === null ? null : { code: 'invalid', detail: fault };
    }
    default: {
      const { type, minimum, maximum } = field;
      const fits = typeof value === 'number' && value >= minimum && value <= maximum && (type === 'number' || Number.isInteger(value));
      const kind = type === 'integer' ? 'a whole number' : 'a number';
      return fits ? null : { code: `is_${type}`, detail: `must be ${kind} from ${minimum} to ${maximum}` };
    }
  }
}

import type { ProblemDetail } from '../../platform/http/problem.ts';
import { closest } from '../../core/text/closest.ts';
import type { ParamsRule } from '../definitions/task-handler.decorator.ts';

export type ParamType = 'string' | 'number' | 'boolean';

export interface ParamField {
  type: ParamType;
  required: boolean;
  default?: string | number | boolean;
  /** In characters. */
  maxLength?: number;
}

export type ParamFields = Readonly<Record<string, ParamField>>;

/** Cap on reported validation errors. */
const MAX_REPORTED_ERRORS = 20;

/** The params of a declared task: named fields with plain values. */
export class ParamsTable implements ParamsRule {
  constructor(private readonly fields: ParamFields) {}

  get schema(): Record<string, unknown> {
    const properties: Record<string, unknown> = {};
    const required: string[] = [];
    for (const [name, field] of Object.entries(this.fields)) {
      const { type, default: fallback, maxLength } = field;
      properties[name] = { type, default: fallback, maxLength };
      if (field.required) required.push(name);
    }
    return { type: 'object', properties, required, additionalProperties: false };
  }

  validate(params: object): ReturnType<ParamsRule['validate']> {
    const unknown = Object.keys(params).filter((name) => !Object.hasOwn(this.fields, name));
    const errors = unknown.slice(0, MAX_REPORTED_ERRORS).map((name) => this.unknownMember(name));
    const value: Record<string, unknown> = {};
    for (const [name, field] of Object.entries(this.fields)) {
      const given: unknown = Object.hasOwn(params, name) ? Reflect.get(params, name) : field.default;
      const error = given === undefined ? missing(name, field) : faultOf(name, given, field);
      if (error) errors.push({ pointer: `/params/${name}`, ...error });
      if (given !== undefined) value[name] = given;
    }
    return { value, errors: errors.slice(0, MAX_REPORTED_ERRORS) };
  }

  private unknownMember(name: string): ProblemDetail {
    const near = closest(name, Object.keys(this.fields));
    const pointer = `/params/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const detail = `there is no member ‘${name.slice(0, 60)}’${near === null ? '' : `, did you mean ‘${near}’?`}`;
    return { pointer, code: 'unknown_member', detail };
  }
}

type Fault = Omit<ProblemDetail, 'pointer'> | null;

function missing(name: string, { required }: ParamField): Fault {
  return required ? { code: 'required', detail: `${name} is required` } : null;
}

/** Why a field rejects a value. */
export function faultOf(name: string, value: unknown, { type, required, maxLength }: ParamField): Fault {
  if (typeof value !== type) return { code: `is_${type}`, detail: `${name} must be a ${type}` };
  if (typeof value !== 'string') return null;
  if (required && !/\S/.test(value)) return { code: 'is_filled', detail: `${name} must not be blank` };
  // Checks code units first, because counting characters turns a long text into a list.
  if (maxLength !== undefined && value.length > maxLength && [...value].length > maxLength) {
    return { code: 'max_length', detail: `${name} must be at most ${maxLength} characters long` };
  }
  return null;
}

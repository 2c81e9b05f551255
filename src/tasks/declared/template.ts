import { Context, Liquid, Output, toValueSync, type Value } from 'liquidjs';

const liquid = new Liquid({ strictFilters: true, ownPropertyOnly: true, memoryLimit: 10_000_000 });
// Only values: a tag could bypass the encoding of its place (echo), loop, or read a file (render).
for (const name of Object.keys(liquid.tags)) delete liquid.tags[name];

/** The variables of templates. */
export interface TemplateScope {
  params: object;
  task: { id: string; attempt: number };
  /** The secrets of the file, by name. */
  env: Readonly<Record<string, string>>;
}

/** A faulty template, or a faulty value in it. */
export class TemplateError extends Error {}

/** A string with Liquid values: `Bearer {{ env.TOKEN }}`. */
export class Template {
  readonly source: string;
  /** Paths of the variables it reads, such as `['params', 'space']`. A computed part is null. */
  readonly variables: readonly (readonly (string | null)[])[];
  private readonly parts: readonly (string | Value)[];

  /** @throws {TemplateError} */
  constructor(source: string) {
    this.source = source;
    try {
      const parsed = liquid.parse(source);
      this.parts = parsed.map((part) => (part instanceof Output ? part.value : String(liquid.renderSync([part]))));
      const paths = liquid.globalVariableSegmentsSync(parsed);
      this.variables = paths.map((path) => path.map((segment) => (Array.isArray(segment) ? null : String(segment))));
    } catch (error) {
      throw toTemplateError(error);
    }
  }

  /** Renders the template; `encode` is applied to every value. @throws {TemplateError} */
  text(scope: TemplateScope, encode: (value: string) => string = (value) => value): string {
    return this.parts.map((part) => (typeof part === 'string' ? part : encode(toText(evaluate(part, scope))))).join('');
  }

  /**
   * A template that is a single value keeps its type; undefined when the value is absent. Any other template gives a
   * string. @throws {TemplateError}
   */
  value(scope: TemplateScope): unknown {
    const [only, ...rest] = this.parts;
    return typeof only === 'object' && rest.length === 0 ? (evaluate(only, scope) ?? undefined) : this.text(scope);
  }

  /** Like `value`, as a string. */
  optionalText(scope: TemplateScope): string | undefined {
    const value = this.value(scope);
    return value === undefined ? undefined : toText(value);
  }

  /** Its literal text with `filling` in place of each value. */
  shape(filling: string): string {
    return this.parts.map((part) => (typeof part === 'string' ? part : filling)).join('');
  }
}

function evaluate(value: Value, scope: TemplateScope): unknown {
  try {
    return toValueSync(value.value(new Context(scope, liquid.options, { sync: true }), false)) as unknown;
  } catch (error) {
    throw toTemplateError(error);
  }
}

/** Drops the position, because most templates have a single line. */
function toTemplateError(error: unknown): TemplateError {
  const message = error instanceof Error ? error.message : String(error);
  return new TemplateError(message.replace(/, line:\d+.*$/s, ''), { cause: error });
}

function toText(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value as string | number | boolean);
}

import { Liquid } from 'liquidjs';
import { wallOf } from '../core/schedule/zone.ts';

/** What a params template may use. */
export interface ParamsScope {
  /** The due time, RFC 3339 in UTC. */
  readonly scheduledAt: string;
  /** The due time on the clock of the schedule's zone: YYYY-MM-DD, and HH:MM:SS. */
  readonly localDate: string;
  readonly localTime: string;
  readonly timeZone: string;
  readonly scheduleName: string;
}

const liquid = new Liquid({
  strictFilters: true,
  strictVariables: true,
  ownPropertyOnly: true,
  timezoneOffset: 0,
  templates: {},
  parseLimit: 20_000,
  memoryLimit: 1_000_000,
});
// Only values: a tag could loop. There is no limit on the time, which would fail firings of a busy machine.
for (const name of Object.keys(liquid.tags)) delete liquid.tags[name];

/** A text of the params that is no template, or that uses an unknown variable. */
export class ParamsTemplateError extends Error {
  override readonly name = 'ParamsTemplateError';
  /** RFC 6901. */
  readonly pointer: string;

  constructor(pointer: string, message: string) {
    super(message);
    this.pointer = pointer;
  }
}

export function scopeOf(scheduleName: string, timeZone: string, dueAt: Date): ParamsScope {
  const local = new Date(wallOf(dueAt.getTime(), timeZone)).toISOString();
  return { scheduledAt: dueAt.toISOString(), localDate: local.slice(0, 10), localTime: local.slice(11, 19), timeZone, scheduleName };
}

/** The params with each text rendered. @throws {ParamsTemplateError} */
export function renderParams(params: Readonly<Record<string, unknown>>, scope: ParamsScope): Record<string, unknown> {
  return render(params, scope, '/params') as Record<string, unknown>;
}

function render(value: unknown, scope: ParamsScope, pointer: string): unknown {
  if (typeof value === 'string') return value.includes('{') ? renderText(value, scope, pointer) : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item, i) => render(item, scope, `${pointer}/${i}`));
  const member = (name: string) => `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, render(item, scope, member(name))]));
}

function renderText(text: string, scope: ParamsScope, pointer: string): string {
  try {
    return liquid.parseAndRenderSync(text, scope) as string;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new ParamsTemplateError(pointer, message.replace(/, line:\d+.*$/s, ''));
  }
}

import { CAPABILITY } from '../../core/agent/capability.ts';
import { AGENT_QUEUE, isAgentQueue } from '../../core/agent/agent-queue.ts';
import { ConfigurationError } from '../../platform/config/configuration-error.ts';
import { closest } from '../../core/text/closest.ts';
import type { TaskOptions } from './task-handler.decorator.ts';
import { ALL_PERMISSIONS } from '../../platform/auth/permissions.ts';

export const TASK_NAME = /^[a-z][a-z0-9-]{0,98}[a-z0-9]$/;
export const QUEUE_NAME = /^[a-z][a-z0-9-]{0,49}$/;
export const PROVIDER_NAME = /^[a-z][a-z0-9.-]{0,49}$/;
/** The longest timer (2^31 − 1 ms, 24.8 days): a longer one would fire at once. */
const LONGEST_TIMER_MS = 2_147_483_647;
export const DEFAULT_TIMEOUT_MS = 300_000;
const DAY_MS = 86_400_000;
const MAX_COUNT = 1_000_000;

/** A task definition that cannot be used. The message names the class, its file and each option. */
export class TaskDefinitionError extends ConfigurationError {
  override readonly name = 'TaskDefinitionError';

  constructor(task: string, origin: string, problems: readonly string[]) {
    super(`The task "${task}" of ${origin} cannot be used:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
  }
}

/** Ends the sentence "timeoutMs …"; undefined when the value can be used. */
type Check = (value: unknown) => string | undefined;
type Options = Required<{ [K in keyof TaskOptions]: Check }>;

const whole =
  (min: number, max: number): Check =>
  (value) =>
    Number.isInteger(value) && Number(value) >= min && Number(value) <= max
      ? undefined
      : `is ${shown(value)}. Write a whole number from ${min} to ${max}.`;
const kind =
  (type: 'string' | 'function', accepts: string): Check =>
  (value) =>
    typeof value === type ? undefined : `is ${shown(value)}. Write ${accepts}.`;
const pattern =
  (shape: RegExp, accepts: string): Check =>
  (value) =>
    typeof value === 'string' && shape.test(value) ? undefined : `is ${shown(value)}. Write ${accepts}.`;
const oneOf =
  (...words: string[]): Check =>
  (value) =>
    words.includes(value as string) ? undefined : `is ${shown(value)}. Write ${words.map((word) => `'${word}'`).join(' or ')}.`;
const list =
  (of: Check): Check =>
  (value) => {
    if (!Array.isArray(value)) return `is ${shown(value)}. Write a list.`;
    const [found] = value.map((item, index) => ({ index, problem: of(item) })).filter(({ problem }) => problem !== undefined);
    return found && `has an element (index ${found.index}) that ${found.problem}`;
  };
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined ? undefined : check(value);
const record =
  (members: Readonly<Record<string, Check>>): Check =>
  (value) => {
    const names = Object.keys(members);
    if (typeof value !== 'object' || value === null) return `is ${shown(value)}. Write { ${names.join(', ')} }.`;
    const given = Object.entries(value);
    const unknown = given.find(([name]) => !names.includes(name));
    if (unknown) return `has the unknown member ${unknown[0]}. Write { ${names.join(', ')} }.`;
    const wrong = names.map((name) => ({ name, problem: members[name]?.(Reflect.get(value, name)) })).find(({ problem }) => problem);
    return wrong && `has a member ${wrong.name} that ${wrong.problem}`;
  };

const CHECKS: Options = {
  name: pattern(TASK_NAME, 'lower-case words joined by hyphens, 2 to 100 characters'),
  description: kind('string', 'a text'),
  params: (value) =>
    typeof value === 'function' || (typeof value === 'object' && value !== null && 'validate' in value)
      ? undefined
      : `is ${shown(value)}. Name a class with class-validator decorators.`,
  runBy: oneOf('workers', 'agents'),
  queue: pattern(QUEUE_NAME, 'a queue name in lower case, at most 50 characters'),
  capabilities: list(pattern(CAPABILITY, 'a capability such as gpu or ffmpeg-7')),
  concurrencyKey: kind('function', 'a function from params to a key'),
  accountOf: kind('function', 'a function from params to the id of an account'),
  submitPermission: oneOf(...ALL_PERMISSIONS),
  provider: pattern(PROVIDER_NAME, 'a service name in lower case, at most 50 characters'),
  maxRunning: whole(0, MAX_COUNT),
  rate: record({ count: whole(1, MAX_COUNT), perMs: whole(1, DAY_MS) }),
  isolation: oneOf('none', 'process'),
  timeoutMs: whole(1, LONGEST_TIMER_MS),
  expiresInMs: whole(1, 36_500 * DAY_MS),
  maxAttempts: whole(1, 1_000),
  maxRejections: whole(0, 1_000),
  pollEveryMs: whole(1, LONGEST_TIMER_MS),
  backoff: record({ baseMs: whole(0, DAY_MS), maxMs: whole(0, 366 * DAY_MS) }),
  middleware: list(kind('string', 'the name of a middleware')),
  batch: record({ size: whole(1, 1_000), waitMs: optional(whole(0, 60_000)) }),
};

/** @throws {TaskDefinitionError} with every problem of the options. `origin` names the class and its file. */
export function checkDefinition(options: TaskOptions, origin: string): void {
  const problems = Object.entries(options).flatMap(([name, value]) => {
    if (!Object.hasOwn(CHECKS, name)) return [unknownOption(name)];
    const required = name === 'name';
    const problem = value === undefined && !required ? undefined : CHECKS[name as keyof Options](value);
    return problem === undefined ? [] : [`${name} ${problem}`];
  });
  if (options.name === undefined) problems.unshift('name is missing. Add it.');
  if (problems.length === 0) problems.push(...contradictions(options));
  if (problems.length > 0) throw new TaskDefinitionError(String(options.name), origin, problems);
}

function unknownOption(name: string): string {
  const near = closest(name, Object.keys(CHECKS));
  return `${name} is unknown. ${near === null ? `Known options: ${Object.keys(CHECKS).join(', ')}.` : `Did you mean ${near}?`}`;
}

/** Options that contradict each other. */
function contradictions({ queue, runBy = 'workers', isolation, backoff, batch, timeoutMs }: TaskOptions): string[] {
  const found: string[] = [];
  if (backoff && backoff.maxMs < backoff.baseMs) found.push('backoff has a maxMs below its baseMs. Make it equal or larger.');
  if (runBy === 'agents' && isolation === 'process') found.push('isolation is for tasks of workers. Remove it, or remove runBy.');
  if (batch && runBy === 'agents') found.push('batch is for tasks of workers. Remove it: an agent leases several tasks with one request.');
  if (batch && isolation === 'process')
    found.push('batch puts several tasks in one call, isolation each in a process. Remove one of them.');
  if (batch?.waitMs !== undefined && batch.waitMs >= (timeoutMs ?? DEFAULT_TIMEOUT_MS)) {
    found.push('batch has a waitMs that is not below timeoutMs. Make it smaller.');
  }
  if (queue !== undefined && isAgentQueue(queue) !== (runBy === 'agents')) {
    found.push(
      runBy === 'agents'
        ? `queue is "${queue}", but agents run the task. Write "${AGENT_QUEUE}" or a name that begins with "${AGENT_QUEUE}-".`
        : `queue is "${queue}", a queue of agents. Write runBy: 'agents', or name another queue.`,
    );
  }
  return found;
}

function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'bigint') return `${value}n`;
  const text = typeof value === 'number' ? String(value) : ((JSON.stringify(value) as string | undefined) ?? typeof value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

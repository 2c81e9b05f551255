import { AGENT_QUEUE, isAgentQueue } from '../../core/agent/agent-queue.ts';
import { CAPABILITY } from '../../core/agent/capability.ts';
import type { Backoff } from '../../core/task/retry-policy.ts';
import { ConfigurationError } from '../../platform/config/configuration-error.ts';
import { QUEUE_NAME, TASK_NAME } from '../definitions/check-definition.ts';
import type { Expectation } from './response-expectation.ts';
import { JSON_POINTER } from './json-pointer.ts';
import type { ParamFields } from './params-table.ts';
import { type Finding, type Path, YamlNode } from './yaml-node.ts';
import { type DeclaredLimits, LIMIT_FIELDS, readLimits } from './read-limits.ts';
import { readParams } from './read-params.ts';
import { type DeclaredSchedule, readSchedule } from './read-schedule.ts';
import { type KnownNames, readRequest } from './read-request.ts';
import type { RequestTemplate } from './request-template.ts';
import { YamlText } from './yaml-text.ts';

/** A task as the file declares it. Absent members are undefined. */
interface DeclaredDefinition extends DeclaredLimits {
  readonly name: string;
  readonly description: string | undefined;
  readonly params: ParamFields;
  readonly timeoutMs: number;
  readonly maxAttempts: number | undefined;
  readonly backoff: Backoff | undefined;
  readonly queue: string | undefined;
  readonly schedule: DeclaredSchedule | undefined;
}

/** A task that sends a request. */
export interface DeclaredTask extends DeclaredDefinition {
  readonly request: RequestTemplate;
  readonly expect: Expectation;
  /** JSON pointer into the response. */
  readonly result: string;
}

/** A task that agents run. */
export interface DeclaredAgentTask extends DeclaredDefinition {
  readonly capabilities: readonly string[];
}

export interface TasksFile {
  readonly tasks: readonly DeclaredTask[];
  readonly agentTasks: readonly DeclaredAgentTask[];
  /** Secrets by name. */
  readonly env: Readonly<Record<string, string>>;
}

/** Facts outside of the file that its checks need. */
export interface Surroundings {
  /** The class and file that define a task of this name in code. */
  definedIn(name: string): string | undefined;
  /** The value of a secret; undefined when this process does not need it. `reject` takes a problem and a hint. */
  secret(name: string, reject: (problem: string, hint: string) => void): string | undefined;
  /** Allows secrets over plain http to other machines. Default: false. */
  secretsOverHttp?: boolean;
}

/** Prevents the start. The message lists every problem with its line and a hint. */
export class TasksFileError extends ConfigurationError {
  override readonly name = 'TasksFileError';

  constructor(file: string, problems: readonly { line: number; text: string }[]) {
    const lines = [...problems].sort((a, b) => a.line - b.line).map(({ line, text }) => `  line ${line}: ${text}`);
    super(`${file} has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}:\n${lines.join('\n')}`);
  }
}

const DEFAULT_TIMEOUT_MS = 30_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** @throws {TasksFileError} */
export function readTasksFile(text: string, file: string, surroundings: Surroundings): TasksFile {
  const yaml = new YamlText(text);
  if (yaml.problems.length > 0) {
    throw new TasksFileError(
      file,
      yaml.problems.map(({ line, problem }) => ({ line, text: `${problem}.` })),
    );
  }
  const findings: Finding[] = [];
  const read = readAll(new YamlNode(findings, yaml.value ?? {}), surroundings);
  if (findings.length === 0) return read;
  const sentence = ({ path, problem, hint }: Finding) => `${nameOf(path)} ${problem}. ${hint.replace(/[^.?]$/, '$&.')}`;
  throw new TasksFileError(
    file,
    findings.map((finding) => ({ line: yaml.lineOf(finding.path), text: sentence(finding) })),
  );
}

function readAll(place: YamlNode, surroundings: Surroundings): TasksFile {
  const { secrets, tasks } = place.fields(['secrets', 'tasks']);
  const { names, env } = readSecrets(secrets, surroundings);
  const taken = new Set<string>();
  const read = (tasks?.items() ?? []).map((item) => {
    const task = readTask(item, names, surroundings.secretsOverHttp ?? false);
    const { name } = task;
    if (taken.has(name)) item.reject(`has the name "${name}" of a task above`, 'Choose another name');
    const other = surroundings.definedIn(name);
    if (other !== undefined) item.reject(`has the name "${name}" of a task in code: ${other}`, 'Choose another name');
    if (name !== '') taken.add(name);
    return task;
  });
  return { tasks: read.filter((task) => 'request' in task), agentTasks: read.filter((task) => 'capabilities' in task), env };
}

function readSecrets(place: YamlNode | undefined, surroundings: Surroundings): { names: string[]; env: Record<string, string> } {
  const names: string[] = [];
  const env: Record<string, string> = {};
  for (const item of place?.items() ?? []) {
    const name = item.text('the name of a variable, in capitals', /^[A-Z][A-Z0-9_]{0,99}$/);
    if (name === '') continue;
    names.push(name);
    const value = surroundings.secret(name, (problem, hint) => item.reject(problem, hint));
    if (value !== undefined) env[name] = value;
  }
  return { names, env };
}

const COMMON = ['name', 'description', 'params', 'timeoutMs', 'maxAttempts', 'backoff', 'queue', 'schedule', ...LIMIT_FIELDS] as const;
type CommonFields = { [K in (typeof COMMON)[number]]?: YamlNode };

function readTask(place: YamlNode, env: readonly string[], secretsOverHttp: boolean): DeclaredTask | DeclaredAgentTask {
  if (typeof place.value === 'object' && place.value !== null && 'agent' in place.value) return readAgentTask(place);
  const { request, expect, result, ...common } = place.fields([...COMMON, 'request', 'expect', 'result'], ['name', 'request']);
  const definition = readDefinition(common);
  if (isAgentQueue(definition.queue ?? '')) common.queue?.reject('is a queue of agents', 'Use another one');
  const names: KnownNames = { params: Object.keys(definition.params), env, secretsOverHttp };
  return {
    ...definition,
    request: readRequest(request, names),
    expect: readExpectation(expect),
    result: result?.text('a JSON pointer like /data/items', JSON_POINTER) ?? '',
  };
}

function readAgentTask(place: YamlNode): DeclaredAgentTask {
  const { agent, ...common } = place.fields([...COMMON, 'agent'], ['name', 'agent']);
  const definition = readDefinition(common);
  const { capabilities } = agent?.fields(['capabilities']) ?? {};
  if (!isAgentQueue(definition.queue ?? AGENT_QUEUE)) {
    common.queue?.reject('is not a queue of agents', `Write ${AGENT_QUEUE}, or a name that begins with ${AGENT_QUEUE}-`);
  }
  const words = capabilities?.items().map((item) => item.text('a capability such as gpu or ffmpeg-7', CAPABILITY)) ?? [];
  return { ...definition, capabilities: words };
}

function readDefinition(fields: CommonFields): DeclaredDefinition {
  const params = readParams(fields.params);
  return {
    name: fields.name?.text('lower-case words joined by hyphens', TASK_NAME) ?? '',
    description: fields.description?.text(),
    params,
    timeoutMs: fields.timeoutMs?.integer(100, HOUR_MS) ?? DEFAULT_TIMEOUT_MS,
    maxAttempts: fields.maxAttempts?.integer(1, 100),
    backoff: fields.backoff && readBackoff(fields.backoff),
    queue: fields.queue?.text('the name of a queue, in lower case', QUEUE_NAME),
    schedule: fields.schedule && readSchedule(fields.schedule),
    ...readLimits(fields, Object.keys(params)),
  };
}

function readExpectation(place: YamlNode | undefined): Expectation {
  const { status, json } = place?.fields(['status', 'json']) ?? {};
  const given = Array.isArray(status?.value) ? status.items() : status && [status];
  if (given?.length === 0) status?.reject('is empty', 'Write a status, or remove it for 2xx');
  return {
    statuses: given?.map(readStatus) ?? ['2xx'],
    json: (json?.members() ?? []).map(([pointer, member]) => {
      if (!JSON_POINTER.test(pointer)) member.reject('is not a JSON pointer', 'Write one like /data/0/id');
      return [pointer, member.value] as const;
    }),
  };
}

function readStatus(place: YamlNode): string {
  const text = String(place.value);
  if (!/^[1-5](?:\d\d|xx)$/.test(text)) place.reject('is not a status', 'Write one like 200, or 2xx for a class');
  return text;
}

function readBackoff(place: YamlNode): Backoff {
  const { baseMs, maxMs } = place.fields(['baseMs', 'maxMs'], ['baseMs', 'maxMs']);
  const backoff = { baseMs: baseMs?.integer(1, DAY_MS) ?? 1, maxMs: maxMs?.integer(1, DAY_MS) ?? DAY_MS };
  if (backoff.maxMs < backoff.baseMs) place.reject('has a maxMs below its baseMs', 'Make it equal or larger');
  return backoff;
}

/** `tasks[0].request.url` */
function nameOf(path: Path): string {
  const name = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('');
  return name.replace(/^\./, '') || 'The file';
}

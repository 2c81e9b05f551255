import { isAgentQueue } from '../agent/agent-queue.ts';
import { isTerminal, type TaskStatus } from './states.ts';

export interface DependencyFact {
  /** Null for a task outside the accounts of the caller. */
  readonly id: string | null;
  /** Null for a task outside the accounts of the caller. */
  readonly status: TaskStatus | null;
  /** True while it blocks the task. */
  readonly open: boolean;
}

export interface PauseFact {
  readonly by: string;
  readonly at: Date;
}

/** The budget that refused the last call of the task. Amounts are texts with their currency. */
export interface BudgetFact {
  readonly id: string;
  readonly name: string;
  /** Without an account it is of the whole installation. */
  readonly accountId: string | null;
  readonly period: string;
  readonly amount: string;
  readonly spent: string;
  readonly reserved: string;
}

export interface LimitFact {
  readonly key: string;
  readonly maxRunning: number | null;
  readonly running: number;
  /** How many more tasks the rate limit admits now; null without a rate limit. */
  readonly tokens: number | null;
  /** When the rate limit admits the next task. */
  readonly nextTokenAt: Date | null;
}

/** Everything that decides when a task starts. */
export interface WaitingFacts {
  /** The caller is limited to some accounts, so the report has no number that counts tasks of other accounts. */
  readonly limitedCaller: boolean;
  readonly name: string;
  readonly status: TaskStatus;
  readonly queue: string;
  readonly priority: number;
  readonly attempt: number;
  readonly maxAttempts: number;
  /** The task does not start before this time. */
  readonly runAt: Date;
  /** The task times out at this time, whatever its attempts. */
  readonly expiresAt: Date | null;
  readonly owner: string | null;
  readonly leaseExpiresAt: Date | null;
  readonly deadlineAt: Date | null;
  readonly externalId: string | null;
  /** Null until the task is final. */
  readonly terminalAt: Date | null;
  /** The error of the last failed attempt. */
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly dependencies: readonly DependencyFact[];
  readonly paused: { readonly queue: PauseFact | null; readonly definition: PauseFact | null };
  /** Null unless the task waits for a budget. */
  readonly budget: BudgetFact | null;
  /** The limits of the keys under which the task is counted. */
  readonly limits: readonly LimitFact[];
  /** The capabilities that a worker or agent needs for the task. */
  readonly capabilities: readonly string[];
  /** The online agents, or processes for other queues, that have these capabilities. */
  readonly eligibleAgents: number;
  /** How often the process of the task ended while the task ran. */
  readonly crashes: number;
  /** Ready tasks that its queue dispatches first, counted up to QUEUE_COUNT_LIMIT. */
  readonly ahead: number;
  /** True when this process has a definition of this name. */
  readonly handlerKnown: boolean;
  /** Worker processes that have sent a heartbeat in the last 15 s and have a handler of this name. */
  readonly knownBy: number;
  /** Tasks of its queue that run under a valid lease now. */
  readonly runningInQueue: number;
  readonly workersInQueue: number;
  /** Processes that have held leases and are connected to the database, for any queue. */
  readonly workerProcesses: number;
  /** The slots for its queue in this process; null when this process does not claim from the queue. */
  readonly here: { readonly slots: number; readonly running: number } | null;
}

export const QUEUE_COUNT_LIMIT = 1_000;

export const BLOCKER_CODES = [
  'final',
  'running',
  'dependencies',
  'delay',
  'backoff',
  'attempts',
  'expiry',
  'paused',
  'limit',
  'budget',
  'capability',
  'quarantine',
  'handler',
  'workers',
  'position',
] as const;
export type BlockerCode = (typeof BLOCKER_CODES)[number];

/** One condition for the start of a task. */
export interface Blocker {
  readonly code: BlockerCode;
  /** True when the condition is met. */
  readonly open: boolean;
  readonly detail: string;
  /** When the condition is met by itself. For `expiry` and `running`: when it ends. */
  readonly until?: Date;
  readonly dependsOn?: readonly DependencyFact[];
}

export interface BlockerReport {
  readonly blockers: readonly Blocker[];
  /** Null when the task may start as soon as a slot is free, and when the time cannot be known. */
  readonly earliestStart: Date | null;
}

/**
 * Lists every condition for the start of a task, including those that are met. `now` comes from the clock that
 * decides.
 */
export function findBlockers(facts: WaitingFacts, now: Date): BlockerReport {
  if (facts.terminalAt !== null) return { blockers: [final(facts, facts.terminalAt)], earliestStart: null };
  if (facts.status === 'assigned' || facts.status === 'running')
    return { blockers: [running(facts), ...expiry(facts, now)], earliestStart: null };
  const blockers = [
    dependencies(facts),
    delay(facts, now),
    attempts(facts),
    ...expiry(facts, now),
    paused(facts),
    ...facts.limits.map((one) => limit(one, facts.limitedCaller)),
    ...budget(facts, now),
    ...capability(facts),
    ...quarantine(facts),
    ...(isAgentQueue(facts.queue) ? [agents(facts)] : [handler(facts), workers(facts)]),
    ...position(facts),
  ];
  const waits = blockers.some(({ code, open }) => code === 'dependencies' && !open);
  return { blockers, earliestStart: !waits && facts.runAt > now ? facts.runAt : null };
}

function final({ status }: WaitingFacts, at: Date): Blocker {
  const again = status === 'completed' ? 'Run it again as a new task.' : 'It runs again only after a manual retry.';
  return { code: 'final', open: false, detail: `It ended ${status} at ${at.toISOString()}. ${again}` };
}

function running({ attempt, maxAttempts, owner, externalId, deadlineAt, leaseExpiresAt }: WaitingFacts): Blocker {
  const until = deadlineAt ?? leaseExpiresAt ?? undefined;
  const who =
    externalId === null
      ? `Attempt ${attempt} of ${maxAttempts} is leased by ${owner ?? 'a worker'}`
      : `It waits for the external work ${externalId}`;
  const how = deadlineAt === null ? 'and has not started' : `and may take until ${deadlineAt.toISOString()}`;
  const lease = leaseExpiresAt === null ? '' : `; its lease is valid until ${leaseExpiresAt.toISOString()} and is renewed`;
  return { code: 'running', open: false, detail: `${who} ${how}${lease}.`, until };
}

function dependencies({ dependencies: all }: WaitingFacts): Blocker {
  const waiting = all.filter(({ open }) => open);
  const ended = waiting.flatMap(({ id, status }) => (isTerminal(status) ? [`${id} ended ${status}`] : []));
  const outside = waiting.filter(({ id }) => id === null).length;
  const note = outside === 0 ? '' : ` Outside of your accounts: ${outside}.`;
  const remedy = `${ended.join(', ')}: retry these tasks too, or cancel this task and retry it with ignoreDependencies (--ignore-dependencies).`;
  const some = `${waiting.length} of the ${all.length} tasks it depends on`;
  const detail =
    all.length === 0
      ? 'It depends on no other task.'
      : ended.length === 0
        ? `${some} have not ended.${note}`
        : `${some} must complete first. ${remedy}${note}`;
  return { code: 'dependencies', open: waiting.length === 0, detail, ...(all.length > 0 && { dependsOn: all }) };
}

/** Before the first attempt this is the requested delay, later the backoff after a failure. */
function delay({ attempt, runAt, error }: WaitingFacts, now: Date): Blocker {
  const code = attempt > 0 ? 'backoff' : 'delay';
  if (runAt <= now)
    return { code, open: true, detail: attempt > 0 ? 'The backoff before its next attempt is over.' : 'It may start at any time.' };
  const after = attempt > 0 && error ? ` after attempt ${attempt} failed (${error.code}: ${error.message})` : '';
  return { code, open: false, detail: `Not before ${runAt.toISOString()}${after}.`, until: runAt };
}

function attempts({ attempt, maxAttempts }: WaitingFacts): Blocker {
  return { code: 'attempts', open: attempt < maxAttempts, detail: `${attempt} of ${maxAttempts} attempts are used.` };
}

function expiry({ expiresAt }: WaitingFacts, now: Date): Blocker[] {
  if (expiresAt === null) return [];
  return [
    { code: 'expiry', open: expiresAt > now, detail: `It times out if it has not ended by ${expiresAt.toISOString()}.`, until: expiresAt },
  ];
}

function paused({ paused: { queue, definition }, ...facts }: WaitingFacts): Blocker {
  const said = (what: string, { by, at }: PauseFact) => `${what} was paused by ${by} at ${at.toISOString()}.`;
  const pauses = [queue && said(`The queue ${facts.queue}`, queue), definition && said(`The task ${facts.name}`, definition)];
  const detail = pauses.filter((sentence) => sentence !== null).join(' ');
  return { code: 'paused', open: detail === '', detail: detail || 'Neither its queue nor its name is paused.' };
}

function limit({ key, maxRunning, running, tokens, nextTokenAt }: LimitFact, limitedCaller: boolean): Blocker {
  const full = maxRunning !== null && running >= maxRunning;
  const spent = tokens === 0;
  if (limitedCaller)
    return { code: 'limit', open: !full && !spent, detail: `The limit of ${key} ${full || spent ? 'is reached' : 'has room'} now.` };
  const slots = maxRunning === null ? '' : `${running} of the ${maxRunning} tasks allowed at once for ${key} are running.`;
  const next = nextTokenAt === null ? '' : ` The next may start at ${nextTokenAt.toISOString()}.`;
  const rate = tokens === null ? '' : `The rate limit of ${key} allows ${tokens} more now.${spent ? next : ''}`;
  const until = spent && !full && nextTokenAt !== null ? { until: nextTokenAt } : {};
  return { code: 'limit', open: !full && !spent, detail: [slots, rate].filter(Boolean).join(' '), ...until };
}

/** A budget of the installation counts the calls of all accounts. */
function budget({ budget: fact, runAt, limitedCaller }: WaitingFacts, now: Date): Blocker[] {
  if (fact === null || runAt <= now) return [];
  const again = `The task tries again at ${runAt.toISOString()}, or when the budget is changed.`;
  const { id, name, accountId, period, amount, spent, reserved } = fact;
  const detail =
    limitedCaller && accountId === null
      ? `A budget of the installation is used up. ${again}`
      : `The budget "${name}" (${id}) has no room for its next call: ${spent} of ${amount} a ${period} are spent and ${reserved} reserved. ${again}`;
  return [{ code: 'budget', open: false, detail, until: runAt }];
}

function capability({ capabilities, eligibleAgents }: WaitingFacts): Blocker[] {
  if (capabilities.length === 0) return [];
  const needs = `It needs ${capabilities.join(' and ')}`;
  const detail =
    eligibleAgents > 0
      ? `${needs}; ${eligibleAgents} online workers or agents have that.`
      : `${needs}; no online worker or agent has that.`;
  return [{ code: 'capability', open: eligibleAgents > 0, detail }];
}

function quarantine({ crashes }: WaitingFacts): Blocker[] {
  if (crashes === 0) return [];
  const often = crashes === 1 ? 'once' : `${crashes} times`;
  return [{ code: 'quarantine', open: false, detail: `Its process ended ${often} while it ran, so it waits for a quarantine slot.` }];
}

function handler({ name, handlerKnown, knownBy }: WaitingFacts): Blocker {
  const here = handlerKnown ? `This server has a handler for ${name}.` : `This server has no handler for ${name}`;
  const elsewhere =
    knownBy > 0
      ? `; ${knownBy} worker processes have one.`
      : ', and no worker process has one. Start a build that has it, or cancel the task.';
  return { code: 'handler', open: handlerKnown || knownBy > 0, detail: handlerKnown ? here : here + elsewhere };
}

/** Agents have the code of the tasks of their queues. A server leases a task to an agent only when it has the definition. */
function agents({ name, handlerKnown, eligibleAgents, capabilities }: WaitingFacts): Blocker {
  const needs = capabilities.length === 0 ? '' : ` with ${capabilities.join(' and ')}`;
  const online =
    eligibleAgents > 0
      ? `${eligibleAgents} online agents can run it.`
      : `No online agent can run it. Start an agent${needs}, or cancel the task.`;
  const unknown = `This server has no definition of ${name}, so it leases the task to no agent. Start a build that has it, or cancel the task.`;
  return { code: 'handler', open: handlerKnown && eligibleAgents > 0, detail: handlerKnown ? online : unknown };
}

/**
 * There is no registry of workers, so this looks at the slots of this process, at leases and at database connections.
 */
function workers({ queue, here, runningInQueue, workersInQueue, workerProcesses, limitedCaller }: WaitingFacts): Blocker {
  const known = [
    here && `This process claims from the queue ${queue}: ${here.running} of its ${here.slots} slots are busy.`,
    runningInQueue > 0 && `${runningInQueue} tasks of the queue ${queue} run now, on ${workersInQueue} workers.`,
    workerProcesses > 0 &&
      !here &&
      `${workerProcesses} other processes that run tasks are connected to the database; their queues are not known.`,
  ].filter((sentence) => typeof sentence === 'string');
  if (limitedCaller && known.length > 0)
    return { code: 'workers', open: true, detail: 'Processes that run tasks are connected to the database.' };
  const nothing = `No task of the queue ${queue} is running, this process does not claim from it, and no other process is known to.`;
  return { code: 'workers', open: known.length > 0, detail: known.join(' ') || nothing };
}

/** A task has a position only once it is ready. A quarantined task has none. A position counts tasks of all accounts. */
function position({ status, queue, priority, ahead, crashes, limitedCaller }: WaitingFacts): Blocker[] {
  if (status !== 'submitted' || crashes > 0 || limitedCaller) return [];
  const many = ahead >= QUEUE_COUNT_LIMIT ? `≥ ${QUEUE_COUNT_LIMIT}` : String(ahead);
  const detail =
    ahead === 0
      ? `It is the next task of the queue ${queue}.`
      : `${many} ready tasks of the queue ${queue} are ahead of it (its priority is ${priority}).`;
  return [{ code: 'position', open: ahead === 0, detail }];
}

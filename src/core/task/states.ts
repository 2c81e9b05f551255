import { type DiagramEdge, stateDiagramOf } from '../state-diagram.ts';

/**
 * The life cycle of a task: its states and transitions, with the actor and the guard of each transition. A test
 * compares this table with the guarded statements of `engine/`, with the CHECKs and triggers of the migrations, and
 * with the diagram in docs/architecture.md.
 */

export const TASK_STATUSES = ['pending', 'submitted', 'assigned', 'running', 'completed', 'failed', 'timeout', 'cancelled'] as const;
export type TaskStatus = (typeof TASK_STATUSES)[number];

/** The statuses that the API shows: a task that is assigned to an agent is shown as submitted. */
export const PUBLIC_STATUSES = TASK_STATUSES.filter((status) => status !== 'assigned');
export type PublicStatus = (typeof PUBLIC_STATUSES)[number];

const TERMINAL_STATUSES = ['completed', 'failed', 'timeout', 'cancelled'] as const satisfies readonly TaskStatus[];
const LEASED_STATUSES = ['assigned', 'running'] as const satisfies readonly TaskStatus[];
const LIVE_STATUSES = ['pending', 'submitted', 'assigned', 'running'] as const satisfies readonly TaskStatus[];

/** Shown beside the status: why a task that is not final is in this state. */
export const TASK_PHASES = ['waiting', 'ready', 'leased', 'running', 'external', 'retrying'] as const;
export type TaskPhase = (typeof TASK_PHASES)[number];

export type TransitionName =
  | 'submit'
  | 'promote'
  | 'assign'
  | 'claim'
  | 'wait'
  | 'complete'
  | 'retry'
  | 'fail'
  | 'time_out'
  | 'release'
  | 'snooze'
  | 'rescue'
  | 'expire'
  | 'cancel'
  | 'dependency'
  | 'manual_retry';

export interface Transition {
  readonly name: TransitionName;
  /** `null` is the origin of a new task. */
  readonly from: readonly (TaskStatus | null)[];
  readonly to: readonly TaskStatus[];
  readonly by: string;
  readonly guard: string;
}

export const TRANSITIONS: readonly Transition[] = [
  { name: 'submit', from: [null], to: ['pending', 'submitted'], by: 'API, CLI, schedule', guard: 'idempotency key unique per principal' },
  { name: 'promote', from: ['pending'], to: ['submitted'], by: 'scheduler, idle worker', guard: 'due, no open dependency' },
  { name: 'assign', from: ['submitted'], to: ['assigned'], by: 'agent lease', guard: 'capabilities, limits of its keys' },
  { name: 'claim', from: ['submitted', 'assigned'], to: ['running'], by: 'worker', guard: 'ready, or epoch of the owner' },
  { name: 'wait', from: ['running'], to: ['running'], by: 'owner', guard: 'epoch' },
  { name: 'complete', from: ['running'], to: ['completed'], by: 'owner, poller', guard: 'epoch' },
  { name: 'retry', from: ['running'], to: ['submitted', 'pending'], by: 'owner', guard: 'epoch, attempt < max' },
  { name: 'fail', from: ['running'], to: ['failed'], by: 'owner', guard: 'epoch' },
  {
    name: 'time_out',
    from: ['running'],
    to: ['submitted', 'pending', 'timeout'],
    by: 'owner, sweeper',
    guard: 'epoch, or deadline passed (database clock)',
  },
  { name: 'release', from: LEASED_STATUSES, to: ['submitted'], by: 'owner on drain', guard: 'epoch, at most 5 releases' },
  { name: 'snooze', from: ['running'], to: ['pending'], by: 'owner', guard: 'epoch' },
  {
    name: 'rescue',
    from: LEASED_STATUSES,
    to: ['submitted', 'failed'],
    by: 'rescuer, supervisor',
    guard: 'lease expired and seen twice unchanged, or owner known dead',
  },
  { name: 'expire', from: LIVE_STATUSES, to: ['timeout'], by: 'sweeper', guard: 'expires_at passed (database clock)' },
  { name: 'cancel', from: LIVE_STATUSES, to: ['cancelled'], by: 'API, owner', guard: 'not terminal' },
  {
    name: 'dependency',
    from: ['pending'],
    to: ['cancelled', 'failed'],
    by: 'database',
    guard: 'a task it depends on failed or was cancelled',
  },
  {
    name: 'manual_retry',
    from: ['failed', 'timeout', 'cancelled'],
    to: ['submitted', 'pending'],
    by: 'operator',
    guard: 'generation + 1; pending: an open dependency, or not due',
  },
];

export function isTerminal(status: TaskStatus | null): boolean {
  return (TERMINAL_STATUSES as readonly (TaskStatus | null)[]).includes(status);
}

/** Every pair `from>to` that a transition allows. A new task comes from the empty string. */
export function allowedEdges(): Set<string> {
  const edges = new Set<string>();
  for (const t of TRANSITIONS) for (const from of t.from) for (const to of t.to) edges.add(`${from ?? ''}>${to}`);
  return edges;
}

export interface PhaseFacts {
  status: TaskStatus;
  attempt: number;
  externalId: string | null;
}

/** null when the task is final. */
export function phaseOf(task: PhaseFacts): TaskPhase | null {
  switch (task.status) {
    case 'pending':
      return task.attempt > 0 ? 'retrying' : 'waiting';
    case 'submitted':
      return task.attempt > 0 ? 'retrying' : 'ready';
    case 'assigned':
      return 'leased';
    case 'running':
      return task.externalId === null ? 'running' : 'external';
    default:
      return null;
  }
}

/** The four words of the `/tasks/running/…` API, in which every status that is not final is `running`. */
export const LEGACY_STATUSES = ['running', 'completed', 'failed', 'cancelled'] as const;

export function legacyStatus(status: TaskStatus): (typeof LEGACY_STATUSES)[number] {
  if (!isTerminal(status)) return 'running';
  return status === 'completed' || status === 'cancelled' ? status : 'failed';
}

/** The statuses of the public API: a leased task that has not started is still `submitted`. */
export function publicStatus(status: TaskStatus): Exclude<TaskStatus, 'assigned'> {
  return status === 'assigned' ? 'submitted' : status;
}

/** The internal statuses of a public status. */
export function internalStatuses(word: TaskStatus): TaskStatus[] {
  return TASK_STATUSES.filter((status) => publicStatus(status) === word);
}

/** Mermaid text of the table, for docs/architecture.md. */
export function stateDiagram(): string {
  const edges = TRANSITIONS.flatMap(({ name, from, to }) => from.flatMap((one) => to.map((other): DiagramEdge => [one, other, name])));
  return stateDiagramOf(edges, TERMINAL_STATUSES);
}

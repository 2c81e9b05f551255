import { type DiagramEdge, stateDiagramOf } from '../state-diagram.ts';

/**
 * The publish pool: the states of an entry and its transitions, with the actor and the guard of each. A test compares this table
 * with the trigger of the migration and with the diagram in docs/publishing.md.
 */

export const POOL_STATUSES = ['pending', 'publishing', 'published', 'failed', 'outcome_unknown', 'pulled'] as const;
export type PoolStatus = (typeof POOL_STATUSES)[number];

export const POOL_TRANSITION_NAMES = [
  'enqueue',
  'move',
  'begin',
  'publish',
  'postpone',
  'fail',
  'lose',
  'absent',
  'settle',
  'retry',
  'pull',
  'restore',
] as const;
export type PoolTransitionName = (typeof POOL_TRANSITION_NAMES)[number];

export interface PoolTransition {
  readonly name: PoolTransitionName;
  /** `null` is the origin of a new entry. */
  readonly from: readonly (PoolStatus | null)[];
  readonly to: PoolStatus;
  readonly by: string;
  readonly guard: string;
}

const POOL_TRANSITIONS: readonly PoolTransition[] = [
  { name: 'enqueue', from: [null], to: 'pending', by: 'editor, rules', guard: 'one live entry for a content and a channel' },
  { name: 'move', from: ['pending'], to: 'pending', by: 'editor', guard: 'version that was read' },
  {
    name: 'begin',
    from: ['pending'],
    to: 'publishing',
    by: 'publish-content',
    guard: 'due, approved, not paused, gap and quota; the intent is stored in the same transaction',
  },
  {
    name: 'publish',
    from: ['publishing', 'outcome_unknown'],
    to: 'published',
    by: 'publish-content',
    guard: 'answer of the channel, or found there',
  },
  { name: 'postpone', from: ['publishing'], to: 'pending', by: 'publish-content', guard: 'not sent; this call of the intent' },
  { name: 'fail', from: ['publishing'], to: 'failed', by: 'publish-content', guard: 'not sent and permanent; this call of the intent' },
  { name: 'lose', from: ['publishing'], to: 'outcome_unknown', by: 'publish-content', guard: 'no answer, or the process ended' },
  {
    name: 'absent',
    from: ['outcome_unknown'],
    to: 'pending',
    by: 'publish-content',
    guard: 'not found there after the last call can no longer take effect',
  },
  { name: 'settle', from: ['outcome_unknown'], to: 'published', by: 'editor', guard: 'version that was read' },
  {
    name: 'retry',
    from: ['failed', 'outcome_unknown'],
    to: 'pending',
    by: 'editor',
    guard: 'version that was read; of an unknown outcome: a person looked',
  },
  { name: 'pull', from: ['pending', 'failed'], to: 'pulled', by: 'editor', guard: 'version that was read' },
  { name: 'restore', from: ['pulled'], to: 'pending', by: 'editor', guard: 'version that was read' },
];

/** The states that a transition starts from. */
export function poolSourcesOf(name: PoolTransitionName): PoolStatus[] {
  return POOL_TRANSITIONS.filter((transition) => transition.name === name).flatMap(({ from }) => from.flatMap((status) => status ?? []));
}

/** Every `transition:from>to` that the table allows. A new entry comes from the empty string. */
export function allowedPoolEdges(): Set<string> {
  return new Set(POOL_TRANSITIONS.flatMap(({ name, from, to }) => from.map((status) => `${name}:${status ?? ''}>${to}`)));
}

/** Mermaid text of the table, for docs/publishing.md. */
export function poolDiagram(): string {
  return stateDiagramOf(POOL_TRANSITIONS.flatMap(({ name, from, to }) => from.map((one): DiagramEdge => [one, to, name])));
}

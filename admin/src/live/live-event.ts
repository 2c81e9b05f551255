import type { ExecutionEvent } from './patches.ts';

export interface ContentEvent {
  readonly contentId: string;
}

export interface AlertEvent {
  readonly alertId: string;
}

/** A transition of an entry of the publish pool. */
export interface EntryEvent {
  readonly entryId: string;
}

/** A change or a firing of a schedule; without an id for those of the product. */
export interface ScheduleEvent {
  readonly scheduleId: string | null;
}

/** The members of a queue that change from second to second. */
export interface QueueState {
  readonly name: string;
  readonly paused: boolean;
  readonly pending: number;
  readonly submitted: number;
  readonly running: number;
  readonly oldestWaitingMs: number | null;
}

/** The members of an agent that change from second to second; only `id` and `status` when it is gone. */
export interface AgentState {
  readonly id: string;
  readonly status: string;
  readonly running: number;
  readonly maxConcurrency: number;
  readonly load: number | null;
  readonly lastSeenAt: string;
}

export type LiveEvent =
  | { readonly name: 'execution'; readonly data: ExecutionEvent }
  | { readonly name: 'content'; readonly data: ContentEvent }
  | { readonly name: 'alert'; readonly data: AlertEvent }
  | { readonly name: 'pool_entry'; readonly data: EntryEvent }
  | { readonly name: 'schedule'; readonly data: ScheduleEvent }
  | { readonly name: 'queue'; readonly data: QueueState }
  | { readonly name: 'agent'; readonly data: AgentState };

export const EVENT_NAMES = [
  'execution',
  'content',
  'alert',
  'pool_entry',
  'schedule',
  'queue',
  'agent',
] as const satisfies readonly LiveEvent['name'][];

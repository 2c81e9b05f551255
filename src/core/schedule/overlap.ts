import type { SkipReason } from './firing-plan.ts';

/** What a firing does while a task of the schedule has not ended. */
export const OVERLAP_POLICIES = ['skip', 'queue', 'allow', 'cancel_previous'] as const;
export type OverlapPolicy = (typeof OVERLAP_POLICIES)[number];

/** Unfinished tasks of a schedule that queues them. */
export const LONGEST_QUEUE = 100;

export interface OverlapDecision<Firing> {
  readonly fire: readonly {
    readonly firing: Firing;
    readonly taskId: string /** It starts when this task has ended. */;
    readonly waitsFor: string | null;
  }[];
  readonly skipped: readonly { readonly firing: Firing; readonly reason: SkipReason }[];
  /** Tasks to cancel. */
  readonly cancel: readonly string[];
}

/** `live`: the unfinished tasks of the schedule, oldest first. */
export function decideOverlap<Firing>(
  policy: OverlapPolicy,
  firings: readonly Firing[],
  live: readonly string[],
  newTaskId: () => string,
): OverlapDecision<Firing> {
  const all = firings.map((firing) => ({ firing, taskId: newTaskId(), waitsFor: null as string | null }));
  const skip = (rest: typeof all, reason: SkipReason) => rest.map(({ firing }) => ({ firing, reason }));
  switch (policy) {
    case 'allow':
      return { fire: all, skipped: [], cancel: [] };
    case 'skip': {
      const free = live.length === 0 ? 1 : 0;
      return { fire: all.slice(0, free), skipped: skip(all.slice(free), 'still_running'), cancel: [] };
    }
    case 'cancel_previous':
      return { fire: all.slice(-1), skipped: skip(all.slice(0, -1), 'superseded'), cancel: all.length === 0 ? [] : live };
    default: {
      const free = Math.max(0, LONGEST_QUEUE - live.length);
      const before = [live.at(-1), ...all.map(({ taskId }) => taskId)];
      const fire = all.slice(0, free).map((one, i) => ({ ...one, waitsFor: before[i] ?? null }));
      return { fire, skipped: skip(all.slice(free), 'queue_full'), cancel: [] };
    }
  }
}

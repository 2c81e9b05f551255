import type { Failure } from '../task/failure.ts';
import type { TaskStatus } from '../task/states.ts';

/** One audit row of a task. Rows are ordered by version. */
export interface Step {
  readonly version: number;
  readonly generation: number;
  readonly attempt: number;
  readonly epoch: number;
  readonly to: TaskStatus;
  readonly reason: string;
  readonly actor: string;
  readonly detail: Failure | null;
  readonly at: Date;
}

/**
 * What a task does with its time: waiting (for its start time or another task), queued (ready), leased (assigned, not
 * started), running, external (the work runs in another system), pausing (between attempts), ended (until a manual
 * retry).
 */
export const SPANS = ['waiting', 'queued', 'leased', 'running', 'external', 'pausing', 'ended'] as const;
export type SpanKind = (typeof SPANS)[number];

/** The time between two transitions, in milliseconds since the Unix epoch. */
export interface Span {
  readonly kind: SpanKind;
  readonly step: Step;
  readonly from: number;
  readonly to: number;
}

const PAUSES = new Set(['retry', 'snooze', 'time_out']);

function kindOf({ to, reason }: Step): SpanKind {
  switch (to) {
    case 'pending':
      return PAUSES.has(reason) ? 'pausing' : 'waiting';
    case 'submitted':
      return 'queued';
    case 'assigned':
      return 'leased';
    case 'running':
      return reason === 'wait' ? 'external' : 'running';
    default:
      return 'ended';
  }
}

/**
 * The spans of a task without a gap: from the first transition to `now`, or to the last transition of a finished task.
 * A transition carries the start time of its transaction. One that waited for a row lock may therefore carry an
 * earlier time than its predecessor: both count as simultaneous.
 */
export function spansOf(steps: readonly Step[], now: Date): Span[] {
  let latest = Number.NEGATIVE_INFINITY;
  const times = steps.map(({ at }) => (latest = Math.max(latest, at.getTime())));
  return steps.flatMap((step, i): Span[] => {
    const from = times[i] as number;
    const kind = kindOf(step);
    const next = times[i + 1];
    if (next === undefined && kind === 'ended') return [];
    return [{ kind, step, from, to: next ?? Math.max(from, now.getTime()) }];
  });
}

/** Milliseconds by kind. Their sum is the whole lifetime. */
export function totalsOf(spans: readonly Span[]): Record<SpanKind, number> {
  const totals = Object.fromEntries(SPANS.map((kind) => [kind, 0])) as Record<SpanKind, number>;
  for (const { kind, from, to } of spans) totals[kind] += to - from;
  return totals;
}

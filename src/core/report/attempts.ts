import type { Failure } from '../task/failure.ts';
import type { Span, Step } from './timeline.ts';

export const ATTEMPT_OUTCOMES = [
  'open',
  'completed',
  'failed',
  'timeout',
  'cancelled',
  'retried',
  'snoozed',
  'released',
  'crashed',
  'interrupted',
] as const;
/**
 * `retried`: failed and scheduled again. `snoozed`, `released` and `interrupted`: given back by the handler, by a
 * worker that shut down, and by a worker that died for another reason. `crashed`: lost with its worker. `open`: not
 * ended yet.
 */
export type AttemptOutcome = (typeof ATTEMPT_OUTCOMES)[number];

/** One lease of a task, from its claim to its end. Durations are in milliseconds. */
export interface AttemptReport {
  readonly generation: number;
  readonly attempt: number;
  readonly worker: string;
  readonly claimedAt: Date;
  /** Null when the attempt was leased but never started. */
  readonly startedAt: Date | null;
  /** Null while the attempt is open. */
  readonly endedAt: Date | null;
  /** The time since the previous attempt (or the submission): the pause plus the time in the queue. */
  readonly pausedMs: number;
  readonly queuedMs: number;
  readonly leasedMs: number;
  readonly runMs: number;
  readonly externalMs: number;
  readonly outcome: AttemptOutcome;
  readonly error: Failure | null;
}

type Open = { -readonly [Key in keyof AttemptReport]: AttemptReport[Key] };

/** The attempts of a task, in order. `last` is its last transition; a final transition has no span. */
export function attemptsOf(spans: readonly Span[], last: Step): AttemptReport[] {
  const attempts: Open[] = [];
  let current: Open | undefined;
  let before = { pausedMs: 0, queuedMs: 0 };
  const end = (step: Step, at: number): void => {
    if (!current) return;
    Object.assign(current, { endedAt: new Date(at), ...endOf(current, step) });
    current = undefined;
  };
  for (const { kind, step, from, to } of spans) {
    const ms = to - from;
    if (kind === 'leased' || kind === 'running' || kind === 'external') {
      if (!current) {
        attempts.push((current = begin(step, from, before)));
        before = { pausedMs: 0, queuedMs: 0 };
      }
      if (kind === 'leased') current.leasedMs += ms;
      else {
        current.startedAt ??= new Date(from);
        current[kind === 'running' ? 'runMs' : 'externalMs'] += ms;
      }
    } else {
      end(step, from);
      if (kind === 'queued') before.queuedMs += ms;
      if (kind === 'pausing') before.pausedMs += ms;
    }
  }
  const lastSpan = spans.at(-1);
  if (lastSpan && last !== lastSpan.step) end(last, lastSpan.to);
  return attempts;
}

function begin({ generation, attempt, actor }: Step, from: number, before: { pausedMs: number; queuedMs: number }): Open {
  const times = { claimedAt: new Date(from), startedAt: null, endedAt: null, ...before, leasedMs: 0, runMs: 0, externalMs: 0 };
  return { generation, attempt, worker: actor, ...times, outcome: 'open', error: null };
}

function endOf({ attempt }: AttemptReport, step: Step): Pick<AttemptReport, 'outcome' | 'error'> {
  switch (step.reason) {
    case 'complete':
      return { outcome: 'completed', error: null };
    case 'retry':
      return { outcome: 'retried', error: step.detail };
    case 'snooze':
      return { outcome: 'snoozed', error: null };
    case 'release':
      return { outcome: 'released', error: null };
    case 'rescue':
      return step.attempt < attempt ? { outcome: 'interrupted', error: null } : { outcome: 'crashed', error: step.detail };
    case 'time_out':
    case 'expire':
      return { outcome: 'timeout', error: step.detail };
    case 'cancel':
      return { outcome: 'cancelled', error: null };
    default: {
      const { to, detail } = step;
      return { outcome: to === 'timeout' || to === 'cancelled' ? to : 'failed', error: detail };
    }
  }
}

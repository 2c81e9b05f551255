import { isTerminal } from '../task/states.ts';
import { type AttemptReport, attemptsOf } from './attempts.ts';
import { type SpanKind, spansOf, type Step, totalsOf } from './timeline.ts';

/** How long a task spent in each state. Durations are in milliseconds. */
export interface ExecutionReport {
  readonly createdAt: Date;
  /** Null while the task is open. */
  readonly finishedAt: Date | null;
  /** From its submission to its end, or until now. Equals the sum of `states`. */
  readonly wallMs: number;
  /** Time in handlers, summed over all attempts. */
  readonly runMs: number;
  readonly states: Readonly<Record<SpanKind, number>>;
  readonly attempts: readonly AttemptReport[];
}

/** `steps`: all audit rows in order, at least one. `now`: by the clock that wrote them. */
export function executionReport(steps: readonly [Step, ...Step[]], now: Date): ExecutionReport {
  const spans = spansOf(steps, now);
  const last = steps.at(-1) ?? steps[0];
  const states = totalsOf(spans);
  const createdAt = steps[0].at;
  const wallMs = Object.values(states).reduce((sum, ms) => sum + ms, 0);
  return {
    createdAt,
    finishedAt: isTerminal(last.to) ? new Date(createdAt.getTime() + wallMs) : null,
    wallMs,
    runMs: states.running,
    states,
    attempts: attemptsOf(spans, last),
  };
}

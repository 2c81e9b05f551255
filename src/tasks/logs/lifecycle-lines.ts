import { parseActor } from '../../core/actor/actor.ts';
import type { LogLevel } from '../../core/task/task.ts';
import type { TransitionRow } from '../../engine/logs/log-rows.ts';

export interface LifecycleLine {
  at: Date;
  level: LogLevel;
  message: string;
  data: Record<string, unknown>;
}

/** The log line of a transition; undefined for transitions without one. */
export function lifecycleLine(row: TransitionRow, timeoutMs: number): LifecycleLine | undefined {
  const words = wordsOf(row, timeoutMs);
  if (!words) return undefined;
  const [level, message] = words;
  return {
    at: row.at,
    level,
    message,
    data: { transition: row.reason, status: row.to, attempt: row.attempt, by: parseActor(row.actor).name },
  };
}

function wordsOf(row: TransitionRow, timeoutMs: number): [LogLevel, string] | undefined {
  const why = row.detail ? `: ${row.detail.message}` : '';
  switch (row.reason) {
    case 'submit':
      return ['debug', `Task accepted (${row.to})`];
    case 'claim':
      return ['info', `Task started (attempt ${row.attempt}, time limit: ${timeoutMs}ms)`];
    case 'complete':
      return ['info', 'Task completed'];
    case 'cancel':
      return ['warn', `Task cancelled by ${parseActor(row.actor).name}`];
    case 'release':
      return ['info', 'Its worker gave the task back to the queue'];
    case 'snooze':
      return ['info', 'Task comes again later'];
    case 'retry':
      return ['warn', `Attempt ${row.attempt} failed and is retried${why}`];
    case 'fail':
      return ['error', `Task ${row.to === 'timeout' ? 'timed out' : row.to}${why}`];
    case 'rescue':
    case 'time_out':
    case 'expire':
      return [
        row.to === 'submitted' ? 'warn' : 'error',
        `${row.to === 'submitted' ? 'Attempt lost, the task runs again' : 'Task ended'}${why}`,
      ];
    case 'wait':
      return ['info', 'The work goes on elsewhere'];
    case 'dependency':
      return ['warn', `Task ${row.to}${why}`];
    case 'manual_retry':
      return ['info', `Task retried by ${parseActor(row.actor).name}`];
    default:
      return undefined;
  }
}

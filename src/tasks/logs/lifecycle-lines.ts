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
  const found = messageOf(row, timeoutMs);
  if (!found) return undefined;
  const [level, message] = found;
  return {
    at: row.at,
    level,
    message,
    data: { transition: row.reason, status: row.to, attempt: row.attempt, by: parseActor(row.actor).name },
  };
}

function messageOf(row: TransitionRow, timeoutMs: number): [LogLevel, string] | undefined {
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
      return ['info', 'Task released by its worker'];
    case 'snooze':
      return ['info', 'Task postponed'];
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
      return ['info', 'The task waits for external work'];
    case 'dependency':
      return ['warn', `Task ${row.to}${why}`];
    case 'manual_retry':
      return ['info', `Task retried by ${parseActor(row.actor).name}`];
    default:
      return undefined;
  }
}

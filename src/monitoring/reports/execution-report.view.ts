import { ApiProperty } from '@nestjs/swagger';
import { ATTEMPT_OUTCOMES, type AttemptOutcome, type AttemptReport } from '../../core/report/attempts.ts';
import type { ExecutionReport } from '../../core/report/execution-report.ts';
import { publicStatus, type TaskStatus } from '../../core/task/states.ts';
import type { LogLevel } from '../../core/task/task.ts';
import { ANY_JSON } from '../../platform/http/any-json.ts';
import { ExecutionError, toErrorView } from '../../tasks/executions/execution.view.ts';

/** Milliseconds. Their sum is the whole lifetime. */
class StatesView {
  @ApiProperty({ type: 'integer', description: 'Waiting for its start time or for dependencies.' })
  waiting: number;
  @ApiProperty({ type: 'integer', description: 'Ready for a worker.' })
  queued: number;
  @ApiProperty({ type: 'integer', description: 'Leased, not started.' })
  leased: number;
  @ApiProperty({ type: 'integer' })
  running: number;
  @ApiProperty({ type: 'integer', description: 'The work ran in another system.' })
  external: number;
  @ApiProperty({ type: 'integer', description: 'Backoff before a retry.' })
  pausing: number;
  @ApiProperty({ type: 'integer', description: 'Ended, until a manual retry.' })
  ended: number;
}

class AttemptView {
  @ApiProperty({ type: 'integer' })
  generation: number;
  @ApiProperty({ type: 'integer' })
  attempt: number;
  @ApiProperty()
  worker: string;
  @ApiProperty({ enum: ATTEMPT_OUTCOMES })
  outcome: AttemptOutcome;
  @ApiProperty({ format: 'date-time' })
  claimedAt: Date;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  startedAt: Date | null;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  endedAt: Date | null;
  @ApiProperty({ type: 'integer', description: 'The pause since the previous attempt.' })
  pausedMs: number;
  @ApiProperty({ type: 'integer', description: 'The time in the queue since the previous attempt.' })
  queuedMs: number;
  @ApiProperty({ type: 'integer' })
  leasedMs: number;
  @ApiProperty({ type: 'integer' })
  runMs: number;
  @ApiProperty({ type: 'integer' })
  externalMs: number;
  @ApiProperty({ type: ExecutionError, nullable: true })
  error: ExecutionError | null;
}

class LogCountsView implements Record<LogLevel, number> {
  @ApiProperty({ type: 'integer' })
  debug: number;
  @ApiProperty({ type: 'integer' })
  info: number;
  @ApiProperty({ type: 'integer' })
  warn: number;
  @ApiProperty({ type: 'integer' })
  error: number;
}

class CheckpointView {
  @ApiProperty({ example: 'draft' })
  step: string;
  @ApiProperty({ type: 'integer', description: 'The attempt that stored it.' })
  attempt: number;
  @ApiProperty({ format: 'date-time' })
  at: Date;
}

/** How one execution spent its time. */
export class ExecutionReportView {
  @ApiProperty({ format: 'uuid' })
  executionId: string;
  @ApiProperty()
  taskName: string;
  @ApiProperty()
  status: string;
  @ApiProperty({ format: 'date-time' })
  createdAt: Date;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  finishedAt: Date | null;
  @ApiProperty({ type: 'integer', description: 'From its submission to its end, or until now. Milliseconds, like all times here.' })
  wallMs: number;
  @ApiProperty({ type: 'integer', description: 'Time in handlers, over all attempts.' })
  runMs: number;
  @ApiProperty({ type: StatesView })
  states: StatesView;
  @ApiProperty({ type: [AttemptView] })
  attempts: AttemptView[];
  @ApiProperty({ type: LogCountsView, description: 'Lines its handler wrote, by level.' })
  logs: LogCountsView;
  @ApiProperty({ type: [CheckpointView] })
  checkpoints: CheckpointView[];
  @ApiProperty({ ...ANY_JSON, description: 'Resource usage, from its result or its content.' })
  usage: unknown;
  @ApiProperty({
    type: 'array',
    items: ANY_JSON,
    nullable: true,
    description: 'Findings: the list `checks` of its result, or of its content.',
  })
  checks: unknown[] | null;
}

/** Facts of a report besides its times. */
export interface ExecutionFacts {
  id: string;
  name: string;
  status: TaskStatus;
  logs: Record<LogLevel, number>;
  checkpoints: CheckpointView[];
  usage: unknown;
  checks: unknown[] | null;
}

export function toExecutionReportView({ id, name, status, ...facts }: ExecutionFacts, report: ExecutionReport): ExecutionReportView {
  const { createdAt, finishedAt, wallMs, runMs, states, attempts } = report;
  return {
    executionId: id,
    taskName: name,
    status: publicStatus(status),
    createdAt,
    finishedAt,
    wallMs,
    runMs,
    states,
    attempts: attempts.map(toAttemptView),
    ...facts,
  };
}

function toAttemptView({ error, ...attempt }: AttemptReport): AttemptView {
  return { ...attempt, error: error && toErrorView(error) };
}

import { ApiProperty } from '@nestjs/swagger';
import { phaseOf, PUBLIC_STATUSES, type PublicStatus, publicStatus, TASK_PHASES, type TaskPhase } from '../../core/task/states.ts';
import type { RunNumbers, RunRow } from '../../engine/inspection/run-statistics.ts';

const COUNT = { type: 'integer', minimum: 0 } as const;

export class RunStepView {
  @ApiProperty({ example: 'draft' })
  step: string;
  @ApiProperty({ type: 'integer', description: 'The attempt that stored the checkpoint.' })
  attempt: number;
  @ApiProperty({ format: 'date-time' })
  at: string;
}

export class RunView {
  @ApiProperty({ format: 'uuid' })
  executionId: string;
  @ApiProperty({ enum: PUBLIC_STATUSES })
  status: PublicStatus;
  @ApiProperty({ enum: TASK_PHASES, nullable: true })
  phase: TaskPhase | null;
  @ApiProperty({ type: 'integer' })
  attempt: number;
  @ApiProperty({ type: 'string', nullable: true, description: 'Code of the step in progress, or of the one in which it ended.' })
  step: string | null;
  @ApiProperty({ type: 'string', nullable: true, description: 'Code of the last failure.' })
  errorCode: string | null;
  @ApiProperty({ format: 'date-time' })
  createdAt: Date;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  startedAt: Date | null;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  finishedAt: Date | null;
  @ApiProperty({
    type: [RunStepView],
    description: 'Its checkpoints in order, at most 50. A checkpoint is stored when the step has succeeded.',
  })
  steps: RunStepView[];
}

export class TaskStatistics {
  @ApiProperty({
    ...COUNT,
    description: 'Executions that the numbers are about: of the newest 1,000 of the task, those that the caller may see.',
  })
  count: number;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true, description: 'When the oldest of them was submitted.' })
  since: Date | null;
  @ApiProperty(COUNT)
  completed: number;
  @ApiProperty(COUNT)
  failed: number;
  @ApiProperty(COUNT)
  timeout: number;
  @ApiProperty(COUNT)
  cancelled: number;
  @ApiProperty({
    type: 'number',
    minimum: 0,
    maximum: 1,
    nullable: true,
    description: 'Completed ones among those that completed, failed or timed out.',
  })
  successRate: number | null;
  @ApiProperty({ type: 'integer', nullable: true, description: 'Milliseconds of the last attempt of a completed execution: the median.' })
  p50Ms: number | null;
  @ApiProperty({ type: 'integer', nullable: true, description: 'The 95th percentile.' })
  p95Ms: number | null;
  @ApiProperty({ type: [String], description: 'The steps of these runs, in the order in which they first appear.' })
  steps: string[];
  @ApiProperty({ type: [RunView], description: 'The newest 50, newest first.' })
  runs: RunView[];
}

export function toTaskStatistics(numbers: RunNumbers, runs: readonly RunRow[]): TaskStatistics {
  const { total, since, completed, failed, timeout, cancelled, durationsMs } = numbers;
  const ended = completed + failed + timeout;
  const [p50, p95] = durationsMs ?? [];
  const longestFirst = runs.toSorted((a, b) => b.steps.length - a.steps.length);
  return {
    count: total,
    since,
    completed,
    failed,
    timeout,
    cancelled,
    successRate: ended === 0 ? null : completed / ended,
    p50Ms: p50 ?? null,
    p95Ms: p95 ?? null,
    steps: [...new Set(longestFirst.flatMap(({ steps }) => steps.map(({ step }) => step)))],
    runs: runs.map(toRunView),
  };
}

function toRunView({ id, status, attempt, externalId, step, errorCode, createdAt, startedAt, finishedAt, steps }: RunRow): RunView {
  const phase = phaseOf({ status, attempt, externalId });
  return {
    executionId: id,
    status: publicStatus(status),
    phase,
    attempt,
    step,
    errorCode,
    createdAt,
    startedAt,
    finishedAt,
    steps: [...steps],
  };
}

import { ApiProperty } from '@nestjs/swagger';
import type { BatchReport } from '../../core/report/batch-report.ts';
import { publicStatus } from '../../core/task/states.ts';
import type { BatchView } from '../../tasks/batches/batch.dto.ts';

class CountsView {
  @ApiProperty({ type: 'integer' })
  total: number;
  @ApiProperty({ type: 'integer' })
  completed: number;
  @ApiProperty({ type: 'integer', description: 'Failed or timed out.' })
  failed: number;
  @ApiProperty({ type: 'integer' })
  cancelled: number;
  @ApiProperty({ type: 'integer', description: 'Not final.' })
  open: number;
}

/** Milliseconds, by nearest rank. */
class PercentilesView {
  @ApiProperty({ type: 'integer' })
  p50: number;
  @ApiProperty({ type: 'integer' })
  p90: number;
  @ApiProperty({ type: 'integer' })
  p99: number;
  @ApiProperty({ type: 'integer' })
  max: number;
}

/** Of the executions that have started; null when none has. */
class TimesView {
  @ApiProperty({ type: PercentilesView, nullable: true, description: 'Time in the queue, ready for a worker.' })
  queued: PercentilesView | null;
  @ApiProperty({ type: PercentilesView, nullable: true, description: 'Time in handlers, over all attempts.' })
  run: PercentilesView | null;
}

class SlowView {
  @ApiProperty({ format: 'uuid' })
  executionId: string;
  @ApiProperty()
  taskName: string;
  @ApiProperty()
  status: string;
  @ApiProperty({ type: 'integer' })
  runMs: number;
  @ApiProperty({ type: 'integer' })
  queuedMs: number;
  @ApiProperty({ type: 'integer' })
  attempts: number;
}

class FailuresView {
  @ApiProperty({ example: 'ECONNRESET' })
  code: string;
  @ApiProperty({ type: 'integer' })
  count: number;
  @ApiProperty({ format: 'uuid', description: 'One execution with this failure.' })
  example: string;
}

class NameView {
  @ApiProperty()
  taskName: string;
  @ApiProperty({ type: CountsView })
  counts: CountsView;
  @ApiProperty({ type: TimesView })
  times: TimesView;
}

/** How a batch spent its time, and which executions failed. */
export class BatchReportView {
  @ApiProperty({ format: 'uuid' })
  batchId: string;
  @ApiProperty()
  name: string;
  @ApiProperty({ format: 'date-time' })
  createdAt: Date;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  doneAt: Date | null;
  @ApiProperty({ type: CountsView })
  counts: CountsView;
  @ApiProperty({
    type: 'integer',
    description: 'From the first submission to the last end, or until now. Milliseconds, like all times here.',
  })
  wallMs: number;
  @ApiProperty({ type: 'integer', description: 'Time in handlers, summed over all executions.' })
  runMs: number;
  @ApiProperty({ type: TimesView })
  times: TimesView;
  @ApiProperty({ type: [SlowView], description: 'The five that ran longest.' })
  slowest: SlowView[];
  @ApiProperty({ type: [FailuresView], description: 'By error code, the most frequent first.' })
  failures: FailuresView[];
  @ApiProperty({ type: [NameView] })
  names: NameView[];
}

export function toBatchReportView({ batchId, name, createdAt, doneAt }: BatchView, report: BatchReport): BatchReportView {
  return {
    batchId,
    name,
    createdAt,
    doneAt,
    counts: report.counts,
    wallMs: report.wallMs,
    runMs: report.runMs,
    times: report.times,
    slowest: report.slowest.map(({ id, name: taskName, status, ...rest }) => ({
      executionId: id,
      taskName,
      status: publicStatus(status),
      ...rest,
    })),
    failures: [...report.failures],
    names: report.names.map(({ name: taskName, ...rest }) => ({ taskName, ...rest })),
  };
}

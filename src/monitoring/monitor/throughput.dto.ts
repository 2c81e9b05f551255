import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsString, MaxLength } from 'class-validator';
import { MAX_BUCKETS, throughputWindow, type WindowProblem } from '../../core/monitoring/throughput.ts';
import { isoDurationSeconds } from '../../core/time/iso-duration.ts';
import type { ThroughputFilter } from '../../engine/inspection/daily-statistics-store.ts';
import { IfGiven } from '../../platform/http/if-given.decorator.ts';
import { IsPointInTime, toPointInTime } from '../../platform/http/point-in-time.ts';
import { ProblemError } from '../../platform/http/problem.ts';

export class ThroughputQuery {
  @ApiPropertyOptional({ default: 'PT24H', description: 'A time with an offset, or an ISO 8601 duration before now. At most 31 days ago.' })
  @IsPointInTime()
  @IfGiven()
  since: string = 'PT24H';

  @ApiPropertyOptional({ description: 'As `since`. Default: now.' })
  @IsPointInTime()
  @IfGiven()
  until?: string;

  @ApiPropertyOptional({
    example: 'PT5M',
    description: `Length of a bucket: an ISO 8601 duration of whole minutes, with at most ${MAX_BUCKETS} buckets. Default: the shortest that gives at most 100.`,
  })
  @IsString()
  @MaxLength(30)
  @IfGiven()
  step?: string;

  @ApiPropertyOptional({ maxLength: 100, description: 'Only of this task name.' })
  @IsString()
  @MaxLength(100)
  @IfGiven()
  taskName?: string;

  @ApiPropertyOptional({ maxLength: 100, description: 'Only of this queue.' })
  @IsString()
  @MaxLength(100)
  @IfGiven()
  queue?: string;
}

const DETAILS: Readonly<Record<WindowProblem, readonly [name: string, detail: string]>> = {
  empty: ['until', 'must be after since'],
  too_long: ['since', 'must be at most 31 days before until'],
  step: ['step', 'must be an ISO 8601 duration of whole minutes, such as PT5M'],
  too_many_buckets: ['step', `gives more than ${MAX_BUCKETS} buckets: choose a longer one, or a shorter time`],
};

/** @throws {ProblemError} 400 `invalid_query` */
export function toThroughputFilter({ since, until, step, taskName: name, queue }: ThroughputQuery, now: Date): ThroughputFilter {
  const stepSeconds = step === undefined ? undefined : (isoDurationSeconds(step) ?? 0);
  const window = throughputWindow(toPointInTime(since, now), until === undefined ? now : toPointInTime(until, now), stepSeconds);
  if (typeof window === 'string') {
    const [parameter, detail] = DETAILS[window];
    const errors = [{ pointer: `/${parameter}`, code: window, detail }];
    throw ProblemError.badRequest('invalid_query', 'The query is not valid.', { detail: `The parameter ${parameter} ${detail}.`, errors });
  }
  return { ...window, name, queue };
}

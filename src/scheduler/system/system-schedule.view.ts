import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { type Actor, parseActor } from '../../core/actor/actor.ts';
import type { ScheduleWords } from '../../core/schedule/describe.ts';
import { ActorView } from '../../platform/http/actor.view.ts';
import { ToInt } from '../../platform/http/paging.ts';
import type { SystemRuns, SystemScheduleState } from './system-schedule.service.ts';
import { SYSTEM_SCHEDULES } from './system-schedules.ts';

const STATUSES = ['running', 'paused', 'unknown'] as const;
type SystemStatus = (typeof STATUSES)[number];
/** A process reports once a minute; without a report for so long and three intervals no process runs it. */
const SILENT_MS = 180_000;

class SystemWordsView implements ScheduleWords {
  @ApiProperty()
  en: string;
  @ApiProperty()
  zh: string;
}

export class SystemRunView {
  @ApiProperty({ format: 'date-time', description: 'When the first of these rounds began.' })
  from: Date;
  @ApiProperty({ format: 'date-time', description: 'When the last of these rounds began.' })
  until: Date;
  @ApiProperty({ enum: ['ok', 'failed'], description: 'failed: rounds failed in each minute that is counted here.' })
  outcome: 'ok' | 'failed';
  @ApiProperty({ type: 'string', nullable: true, description: 'Of the last failed round.' })
  error: string | null;
  @ApiProperty({ type: 'integer' })
  rounds: number;
  @ApiProperty({ type: 'integer', description: 'Rounds that failed.' })
  failures: number;
  @ApiProperty({ type: 'integer', description: 'Duration of the last round, in milliseconds.' })
  lastMs: number;
  @ApiProperty({ type: 'integer' })
  longestMs: number;
  @ApiProperty({ example: 'worker-1:4711', description: 'Host and process id.' })
  process: string;
}

export class SystemRunList {
  @ApiProperty({ type: [SystemRunView] })
  items: SystemRunView[];
}

export class SystemRunsQuery {
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 200, default: 50 })
  @ToInt()
  @IsInt()
  @Min(1)
  @Max(200)
  @IsOptional()
  limit: number = 50;
}

export class SystemScheduleView {
  @ApiProperty({ enum: ['system'] })
  kind: 'system';
  @ApiProperty({ enum: SYSTEM_SCHEDULES.map(({ name }) => name), example: 'publish-pool' })
  name: string;
  @ApiProperty({ type: SystemWordsView, description: 'What it does.' })
  description: ScheduleWords;
  @ApiProperty({ enum: STATUSES, description: 'unknown: no process has reported it for minutes.' })
  status: SystemStatus;
  @ApiProperty({ type: 'integer', nullable: true, description: 'From the end of one round to the start of the next.' })
  intervalMs: number | null;
  @ApiProperty({ type: SystemRunView, nullable: true, description: 'The newest row of its history; at most a minute old while it runs.' })
  lastRuns: SystemRunView | null;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true, description: 'Computed from the last report.' })
  nextRunAt: Date | null;
  @ApiProperty()
  pausable: boolean;
  @ApiProperty({ type: SystemWordsView, nullable: true, description: 'What does not happen while it is paused.' })
  whilePaused: ScheduleWords | null;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  pausedAt: Date | null;
  @ApiProperty({ type: ActorView, nullable: true })
  pausedBy: Actor | null;
}

export class SystemScheduleList {
  @ApiProperty({ type: [SystemScheduleView] })
  items: SystemScheduleView[];
  @ApiProperty({ type: 'string', nullable: true, description: 'Always null: they are few.' })
  nextCursor: string | null;
}

export function toSystemRunView(runs: SystemRuns): SystemRunView {
  const { name: _, intervalMs: __, ...shown } = runs;
  return shown;
}

export function toSystemScheduleView({ schedule, pause, last, now }: SystemScheduleState): SystemScheduleView {
  const { name, does, whilePaused } = schedule;
  const running = last !== null && now.getTime() - last.until.getTime() < Math.max(SILENT_MS, 3 * last.intervalMs);
  return {
    kind: 'system',
    name,
    description: does,
    status: pause !== null ? 'paused' : running ? 'running' : 'unknown',
    intervalMs: last?.intervalMs ?? null,
    lastRuns: last === null ? null : toSystemRunView(last),
    nextRunAt: pause === null && running ? nextRun(last, now) : null,
    pausable: whilePaused !== null,
    whilePaused,
    pausedAt: pause?.pausedAt ?? null,
    pausedBy: pause === null ? null : parseActor(pause.pausedBy),
  };
}

function nextRun({ until, lastMs, intervalMs }: SystemRuns, now: Date): Date {
  const round = lastMs + intervalMs;
  const passed = Math.max(0, Math.floor((now.getTime() - until.getTime()) / round));
  return new Date(until.getTime() + (passed + 1) * round);
}

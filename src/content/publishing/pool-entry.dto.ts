import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { type Actor, parseActor } from '../../core/actor/actor.ts';
import { POOL_STATUSES, POOL_TRANSITION_NAMES, type PoolStatus, type PoolTransitionName } from '../../core/publishing/pool.ts';
import { ActorView } from '../../platform/http/actor.view.ts';
import type { PoolCounts, PoolEntry, PoolHistoryEntry } from './pool-entry.ts';

class PoolProblemView {
  @ApiProperty({ example: 'not_approved' })
  code: string;
  @ApiProperty()
  message: string;
  @ApiPropertyOptional({ type: 'string', nullable: true, description: 'JSON pointer into the configuration of the channel.' })
  pointer?: string | null;
}

export class PoolEntryView implements PoolEntry {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ format: 'uuid' })
  accountId: string;
  @ApiProperty()
  accountName: string;
  @ApiProperty({ format: 'uuid' })
  contentId: string;
  @ApiProperty()
  title: string;
  @ApiProperty({ format: 'uuid' })
  channelId: string;
  @ApiProperty()
  channelName: string;
  @ApiProperty()
  channelKind: string;
  @ApiProperty({ enum: POOL_STATUSES })
  status: PoolStatus;
  @ApiProperty({ type: 'integer', minimum: 1, maximum: 10 })
  priority: number;
  @ApiProperty({ format: 'date-time' })
  scheduledAt: Date;
  @ApiProperty({ example: '2027-03-28T09:00', description: 'The requested local time in timeZone.' })
  scheduledLocal: string;
  @ApiProperty({ example: 'Asia/Shanghai' })
  timeZone: string;
  @ApiProperty({ type: 'integer', description: 'Counts the transitions; the ETag.' })
  version: number;
  @ApiProperty({ type: 'integer', description: 'Calls of the channel.' })
  attempts: number;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true, description: 'Time of the next call or probe of the channel.' })
  nextAttemptAt: Date | null;
  @ApiProperty({ type: PoolProblemView, nullable: true, description: 'Why it is not published.' })
  lastError: PoolProblemView | null;
  @ApiProperty({ type: 'string', nullable: true })
  note: string | null;
  @ApiProperty({ type: 'string', format: 'uuid', nullable: true, description: 'The execution that works on it or did.' })
  taskId: string | null;
  @ApiProperty({ type: 'string', nullable: true, enum: ['published', 'draft_created', 'publish_submitted', null] })
  outcome: string | null;
  @ApiProperty({ type: 'string', nullable: true })
  externalId: string | null;
  @ApiProperty({ type: 'string', nullable: true })
  externalUrl: string | null;
  @ApiProperty({ type: 'integer', nullable: true })
  publishedVersion: number | null;
  @ApiProperty({ type: 'string', nullable: true, description: 'SHA-256 of the frozen package.' })
  publishedHash: string | null;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  publishedAt: Date | null;
  @ApiProperty({ type: 'string', nullable: true, enum: ['found', 'missing', 'not_needed', 'cannot_tell', null] })
  labelState: string | null;
  @ApiProperty({ description: 'Approved, and not published two minutes after its time.' })
  overdue: boolean;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true, description: 'When the event pool_entry.overdue was written: once.' })
  overdueReportedAt: Date | null;
  @ApiProperty({
    type: 'string',
    nullable: true,
    enum: ['not_approved', 'account_paused', 'channel_disabled', null],
    description: 'What a person has to do before it can be published.',
  })
  waitsFor: PoolEntry['waitsFor'];
  @ApiProperty({ format: 'date-time' })
  createdAt: Date;
  @ApiProperty({ format: 'date-time' })
  updatedAt: Date;
}

export class PoolStatusView implements PoolCounts {
  @ApiProperty({ type: 'integer' })
  pending: number;
  @ApiProperty({ type: 'integer' })
  publishing: number;
  @ApiProperty({ type: 'integer' })
  failed: number;
  @ApiProperty({ type: 'integer', description: 'Asked for at the channel, or by a person where the channel cannot tell.' })
  outcomeUnknown: number;
  @ApiProperty({ type: 'integer', description: 'Of these entries: approved, and not published two minutes after their time.' })
  overdue: number;
}

export class PoolEntryList {
  @ApiProperty({ type: [PoolEntryView] })
  items: PoolEntryView[];
}

export class PoolEntryPage extends PoolEntryList {
  @ApiProperty({ type: 'string', nullable: true })
  nextCursor: string | null;
}

export class PoolHistoryView {
  @ApiProperty({ type: 'integer' })
  revision: number;
  @ApiProperty({ enum: POOL_TRANSITION_NAMES })
  transition: PoolTransitionName;
  @ApiProperty({ enum: POOL_STATUSES, nullable: true })
  fromStatus: PoolStatus | null;
  @ApiProperty({ enum: POOL_STATUSES })
  toStatus: PoolStatus;
  @ApiProperty({ type: ActorView })
  actor: Actor;
  @ApiProperty({ type: 'string', nullable: true })
  note: string | null;
  @ApiProperty({ type: PoolProblemView, nullable: true })
  error: PoolProblemView | null;
  @ApiProperty({ format: 'date-time' })
  scheduledAt: Date;
  @ApiProperty({ format: 'date-time' })
  at: Date;
}

export class PoolHistory {
  @ApiProperty({ type: [PoolHistoryView], description: 'The newest 200, newest first.' })
  items: PoolHistoryView[];
}

export function toPoolHistoryView({ actor, ...entry }: PoolHistoryEntry): PoolHistoryView {
  return { ...entry, actor: parseActor(actor) };
}

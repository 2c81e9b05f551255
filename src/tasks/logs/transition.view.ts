import { parseActor } from '../../core/actor/actor.ts';
import { ActorView } from '../../platform/http/actor.view.ts';
import { ApiProperty } from '@nestjs/swagger';
import { LOG_LEVELS, type LogLevel } from '../../core/task/task.ts';
import { ANY_JSON } from '../../platform/http/any-json.ts';
import { lifecycleLine } from './lifecycle-lines.ts';
import type { TransitionRow } from '../../engine/logs/log-rows.ts';

/** One audit row, with its log line. */
export class TransitionView {
  @ApiProperty({ type: 'integer', description: 'Rises by one with each transition.' })
  version: number;
  @ApiProperty({ type: 'string', nullable: true })
  from: string | null;
  @ApiProperty()
  to: string;
  @ApiProperty({ example: 'claim' })
  reason: string;
  @ApiProperty({ type: ActorView })
  actor: ActorView;
  @ApiProperty({ type: 'integer' })
  attempt: number;
  @ApiProperty(ANY_JSON)
  detail: unknown;
  @ApiProperty({ format: 'date-time' })
  at: Date;
  @ApiProperty({ enum: LOG_LEVELS, nullable: true })
  level: LogLevel | null;
  @ApiProperty({
    type: 'string',
    nullable: true,
    description: 'The log line; null for a transition that the log does not show.',
  })
  message: string | null;
}

export function toTransitionView(row: TransitionRow, timeoutMs: number): TransitionView {
  const { version, from, to, reason, actor, attempt, detail, at } = row;
  const line = lifecycleLine(row, timeoutMs);
  const said = { level: line?.level ?? null, message: line?.message ?? null };
  return { version, from, to, reason, actor: parseActor(actor), attempt, detail, at, ...said };
}

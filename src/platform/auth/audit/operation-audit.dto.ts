import { ApiProperty, ApiPropertyOptional, OmitType } from '@nestjs/swagger';
import { IsIn, IsString, MaxLength } from 'class-validator';
import { ActorView } from '../../http/actor.view.ts';
import { IfGiven } from '../../http/if-given.decorator.ts';
import { IsInstant } from '../../http/is-instant.decorator.ts';
import { type Page, PageQuery } from '../../http/paging.ts';
import { isUuid } from '../../http/uuid.ts';
import type { Permission } from '../permissions.ts';
import { AUDITED_PERMISSIONS } from './audited-permissions.ts';
import type { OperationCriteria, OperationRow } from './operation-audit.repository.ts';

const METHODS = ['POST', 'PUT', 'PATCH', 'DELETE'] as const;
export const EXPORT_FORMATS = ['csv', 'jsonl'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export class OperationAuditQuery extends PageQuery {
  @ApiPropertyOptional({ maxLength: 100, description: 'The id or the exact name of the user, key or agent.' })
  @IsString()
  @MaxLength(100)
  @IfGiven()
  actor?: string;

  @ApiPropertyOptional({ enum: AUDITED_PERMISSIONS, description: 'The permission that the request used.' })
  @IsIn(AUDITED_PERMISSIONS, { message: `operation must be one of ${AUDITED_PERMISSIONS.join(', ')}` })
  @IfGiven()
  operation?: Permission;

  @ApiPropertyOptional({ format: 'date-time', description: 'Requested at or after.' })
  @IsInstant()
  @IfGiven()
  from?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Requested before.' })
  @IsInstant()
  @IfGiven()
  to?: string;

  @ApiPropertyOptional({ enum: METHODS })
  @IsIn(METHODS, { message: `method must be one of ${METHODS.join(', ')}` })
  @IfGiven()
  method?: string;

  @ApiPropertyOptional({ maxLength: 200, example: '/queues/content', description: 'Beginning of the path: all requests about one object.' })
  @IsString()
  @MaxLength(200)
  @IfGiven()
  path?: string;
}

export class OperationExportQuery extends OmitType(OperationAuditQuery, ['limit', 'cursor']) {
  @ApiPropertyOptional({ enum: EXPORT_FORMATS, default: 'jsonl', description: 'jsonl: one JSON object in each line.' })
  @IsIn(EXPORT_FORMATS, { message: `format must be one of ${EXPORT_FORMATS.join(', ')}` })
  @IfGiven()
  format?: ExportFormat;
}

export class OperationChangeView {
  @ApiProperty({ example: 'publishing.autoPublish' })
  field: string;
  @ApiPropertyOptional({ example: 'false', description: 'Absent when there was no value. Cut to 120 characters; [hidden] for a secret.' })
  before?: string;
  @ApiPropertyOptional({ example: 'true', description: 'Absent when there is no value any more.' })
  after?: string;
}

export class OperationView {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ format: 'date-time' })
  at: Date;
  @ApiProperty({ type: ActorView })
  actor: ActorView;
  @ApiProperty({ enum: AUDITED_PERMISSIONS, description: 'The permission that the request used.' })
  operation: Permission;
  @ApiProperty({ example: 'POST' })
  method: string;
  @ApiProperty({ example: '/queues/content/pause', description: 'As requested, without the query.' })
  path: string;
  @ApiProperty({ type: 'integer', nullable: true, description: 'Status of the answer. Null when the process ended before it.' })
  status: number | null;
  @ApiProperty({
    type: 'string',
    nullable: true,
    description: 'The header X-Reason (percent-encoded UTF-8), or `reason` or `note` of the body.',
  })
  reason: string | null;
  @ApiProperty({ type: 'string', nullable: true, description: 'X-Request-Id of the answer, which the log repeats.' })
  requestId: string | null;
  @ApiProperty({
    type: [OperationChangeView],
    nullable: true,
    description:
      'The members that it changed, at most 30. For a new object, and one that no route shows, what was asked for. Null when the request failed, or was of an older version.',
  })
  changes: OperationChangeView[] | null;
}

export class OperationPage implements Page<OperationView> {
  @ApiProperty({ type: [OperationView] })
  items: OperationView[];
  @ApiProperty({ type: 'string', nullable: true })
  nextCursor: string | null;
}

export function toOperationCriteria({
  actor,
  operation,
  from,
  to,
  method,
  path,
}: Omit<OperationAuditQuery, 'limit' | 'cursor'>): OperationCriteria {
  return {
    ...(actor !== undefined && (isUuid(actor) ? { actorId: actor } : { actorName: actor })),
    permission: operation,
    from: from === undefined ? undefined : new Date(from),
    before: to === undefined ? undefined : new Date(to),
    method,
    pathPrefix: path,
  };
}

export function toOperationView({ actorType, actorId, actorName, permission, ...row }: OperationRow): OperationView {
  const { id, at, method, path, status, reason, requestId, changes } = row;
  const actor = { type: actorType, id: actorId, name: actorName };
  return { id, at, actor, operation: permission, method, path, status, reason, requestId, changes: changes && [...changes] };
}

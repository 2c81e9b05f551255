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

export function toOperationView({ id, at, actorType, actorId, actorName, permission, method, path, status }: OperationRow): OperationView {
  return { id, at, actor: { type: actorType, id: actorId, name: actorName }, operation: permission, method, path, status };
}

import { ApiProperty, ApiPropertyOptional, IntersectionType } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ArrayMaxSize, ArrayNotEmpty, ArrayUnique, IsArray, IsIn, IsOptional, IsString, IsUUID, MaxLength } from 'class-validator';
import { parseActor } from '../../../core/actor/actor.ts';
import { ActorView } from '../../http/actor.view.ts';
import { IfGiven } from '../../http/if-given.decorator.ts';
import { IsInstant } from '../../http/is-instant.decorator.ts';
import { IsName } from '../../http/is-name.decorator.ts';
import type { Page } from '../../http/paging.ts';
import { ALL_PERMISSIONS, type Permission } from '../permissions.ts';
import { permissionsOf, type Role, ROLES } from '../roles.ts';
import type { KeyRow, KeyStatus } from './key.repository.ts';

export class CreateKeyBody {
  @ApiProperty({ maxLength: 100, description: 'For lists and the audit.' })
  @IsString()
  @IsName()
  @MaxLength(100)
  name: string;

  @ApiProperty({ enum: ROLES, isArray: true, description: 'Sets of permissions. Their union applies.' })
  @IsArray()
  @ArrayNotEmpty()
  @ArrayUnique()
  @IsIn(ROLES, { each: true, message: `roles must be of ${ROLES.join(', ')}` })
  roles: Role[];

  @ApiPropertyOptional({
    type: [String],
    format: 'uuid',
    maxItems: 200,
    description: 'The accounts that the key is limited to. Default: all. Objects of other accounts are answered with 404.',
  })
  @Transform(({ value }: { value: unknown }) =>
    Array.isArray(value) ? value.map((id: unknown) => (typeof id === 'string' ? id.toLowerCase() : id)) : value,
  )
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(200)
  @ArrayUnique()
  @IsUUID('all', { each: true })
  @IfGiven()
  accountIds?: string[];

  @ApiPropertyOptional({
    format: 'date-time',
    description: 'From this time on, requests with the key are answered with 401. Default: never.',
  })
  @IsInstant()
  @IfGiven()
  expiresAt?: string;
}

export class RevokeKeyQuery {
  @ApiPropertyOptional({ enum: ['true', 'false'], default: 'false', description: 'Revoke the last usable admin key for all accounts too.' })
  @IsIn(['true', 'false'])
  @IsOptional()
  allowLastAdmin: 'true' | 'false' = 'false';
}

export class KeyView {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ example: 'ci' })
  name: string;
  @ApiProperty({ description: 'The first characters of the key after ct_live_.' })
  prefix: string;
  @ApiProperty({ enum: ROLES, isArray: true })
  roles: Role[];
  @ApiProperty({
    enum: ALL_PERMISSIONS,
    isArray: true,
    description: 'The permissions of its roles, without those that reach beyond its accounts.',
  })
  permissions: Permission[];
  @ApiProperty({ type: [String], format: 'uuid', nullable: true, description: 'Null for all accounts.' })
  accountIds: string[] | null;
  @ApiProperty({ enum: ['active', 'expired', 'revoked'] })
  status: KeyStatus;
  @ApiProperty({ type: ActorView })
  createdBy: ActorView;
  @ApiProperty({ format: 'date-time' })
  createdAt: Date;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  expiresAt: Date | null;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  revokedAt: Date | null;
  @ApiProperty({ type: ActorView, nullable: true })
  revokedBy: ActorView | null;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true, description: 'Accurate to about a minute.' })
  lastUsedAt: Date | null;
}

class KeySecret {
  @ApiProperty({ example: 'ct_live_…', description: 'The key. It is shown in this answer only; the server stores a digest.' })
  key: string;
}

export class CreatedKeyView extends IntersectionType(KeyView, KeySecret) {}

export class KeyPage implements Page<KeyView> {
  @ApiProperty({ type: [KeyView] })
  items: KeyView[];
  @ApiProperty({ type: 'string', nullable: true })
  nextCursor: string | null;
}

export function toKeyView({ createdBy, revokedBy, ...row }: KeyRow): KeyView {
  return {
    ...row,
    permissions: [...permissionsOf(row.roles, row.accountIds)],
    createdBy: parseActor(createdBy),
    revokedBy: revokedBy === null ? null : parseActor(revokedBy),
  };
}

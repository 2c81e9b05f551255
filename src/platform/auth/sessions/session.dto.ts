import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsString, IsUUID, MaxLength, ValidateIf } from 'class-validator';
import { IfGiven } from '../../http/if-given.decorator.ts';
import { type Page, PageQuery } from '../../http/paging.ts';
import { ALL_PERMISSIONS, type Permission } from '../permissions.ts';
import { type Principal, SESSION_KINDS, type SessionKind } from '../principal.ts';
import { type Role, ROLES } from '../roles.ts';
import type { SessionRow } from './session.repository.ts';

const LONGEST_TOKEN = 200;
/** The password rules allow 1,024 bytes. */
const LONGEST_PASSWORD = 1_024;

/** One of `key`, `code`, and `username` with `password`. */
export class SignInBody {
  @ApiPropertyOptional({ maxLength: LONGEST_TOKEN, example: 'ct_live_…', description: 'An API key. The session ends with it.' })
  @IsString()
  @MaxLength(LONGEST_TOKEN)
  @IfGiven()
  key?: string;

  @ApiPropertyOptional({ maxLength: LONGEST_TOKEN, description: 'The one-time code of the link that the start of a server printed.' })
  @IsString()
  @MaxLength(LONGEST_TOKEN)
  @IfGiven()
  code?: string;

  @ApiPropertyOptional({ maxLength: 64 })
  @IsString()
  @MaxLength(64)
  @ValidateIf(({ username, password }: SignInBody) => username !== undefined || password !== undefined)
  username?: string;

  @ApiPropertyOptional({ maxLength: LONGEST_PASSWORD, format: 'password' })
  @IsString()
  @MaxLength(LONGEST_PASSWORD)
  @ValidateIf(({ username, password }: SignInBody) => username !== undefined || password !== undefined)
  password?: string;
}

export class LinkPasswordBody {
  @ApiProperty({ maxLength: LONGEST_TOKEN, description: 'The value of `link` in the address of the page.' })
  @IsString()
  @MaxLength(LONGEST_TOKEN)
  link: string;

  @ApiProperty({
    minLength: 12,
    maxLength: LONGEST_PASSWORD,
    format: 'password',
    description: 'At least 12 characters, at most 1,024 bytes.',
  })
  @IsString()
  @MaxLength(LONGEST_PASSWORD)
  password: string;
}

export class ChangePasswordBody {
  @ApiProperty({ maxLength: LONGEST_PASSWORD, format: 'password' })
  @IsString()
  @MaxLength(LONGEST_PASSWORD)
  current: string;

  @ApiProperty({
    minLength: 12,
    maxLength: LONGEST_PASSWORD,
    format: 'password',
    description: 'At least 12 characters, at most 1,024 bytes.',
  })
  @IsString()
  @MaxLength(LONGEST_PASSWORD)
  password: string;
}

const VIEW_KINDS = [...SESSION_KINDS, 'agent'] as const;

export class SessionView {
  @ApiProperty({ enum: VIEW_KINDS, description: 'user: a person. key: an API key. local: the link that a server on this machine printed.' })
  kind: (typeof VIEW_KINDS)[number];
  @ApiProperty({ format: 'uuid', description: 'Of the user or key.' })
  id: string;
  @ApiProperty({ example: 'Anna Schmidt', description: 'The display name of a user, the name of a key.' })
  name: string;
  @ApiProperty({ type: 'string', enum: ROLES, nullable: true, description: 'The first of its roles. Null for an agent.' })
  role: Role | null;
  @ApiProperty({ enum: ROLES, isArray: true, description: 'A user has one, a key may have several.' })
  roles: Role[];
  @ApiProperty({ enum: ALL_PERMISSIONS, isArray: true })
  permissions: Permission[];
  @ApiProperty({ type: [String], format: 'uuid', nullable: true, description: 'Null for all accounts.' })
  accountIds: string[] | null;
  @ApiProperty({
    type: 'string',
    format: 'uuid',
    nullable: true,
    description: 'Id in GET /sessions. Null for a request with a key in its header.',
  })
  sessionId: string | null;
  @ApiProperty({
    type: 'string',
    format: 'date-time',
    nullable: true,
    description: 'When the session ends unless it is used again. Null for a key in the header that does not expire.',
  })
  expiresAt: Date | null;
  @ApiProperty({ description: 'Always true: this server has no mode without authentication.' })
  authRequired: boolean;
}

export class SessionsQuery extends PageQuery {
  @ApiPropertyOptional({ enum: ['own', 'all'], default: 'own', description: 'all takes the permission users:manage.' })
  @IsIn(['own', 'all'], { message: 'of must be own or all' })
  @IfGiven()
  of?: 'own' | 'all';

  @ApiPropertyOptional({ format: 'uuid', description: 'Only the sessions of this user. Takes the permission users:manage.' })
  @IsUUID('all')
  @IfGiven()
  userId?: string;
}

export class SessionItem {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ enum: SESSION_KINDS })
  kind: SessionKind;
  @ApiProperty({ type: 'string', format: 'uuid', nullable: true })
  userId: string | null;
  @ApiProperty({ type: 'string', format: 'uuid', nullable: true })
  keyId: string | null;
  @ApiProperty({ example: 'anna', description: 'The username or the name of the key.' })
  name: string;
  @ApiProperty({ description: 'It is that of this request.' })
  current: boolean;
  @ApiProperty({ example: '192.0.2.7', description: 'Address of the client at the sign-in.' })
  address: string;
  @ApiProperty({ description: 'User-Agent at the sign-in, at most 300 characters.' })
  userAgent: string;
  @ApiProperty({ format: 'date-time' })
  createdAt: Date;
  @ApiProperty({ format: 'date-time', description: 'Accurate to about a minute.' })
  lastUsedAt: Date;
  @ApiProperty({ format: 'date-time', description: 'When it ends unless it is used again.' })
  expiresAt: Date;
}

export class SessionPage implements Page<SessionItem> {
  @ApiProperty({ type: [SessionItem] })
  items: SessionItem[];
  @ApiProperty({ type: 'string', nullable: true })
  nextCursor: string | null;
}

export function toSessionView({ type, id, name, roles, permissions, accountIds, expiresAt, session }: Principal): SessionView {
  return {
    kind: session?.kind ?? type,
    id,
    name: session?.displayName ?? name,
    role: roles[0] ?? null,
    roles: [...roles],
    permissions: [...permissions],
    accountIds: accountIds === null ? null : [...accountIds],
    sessionId: session?.id ?? null,
    expiresAt: session?.endsAt ?? expiresAt,
    authRequired: true,
  };
}

export function toSessionItem({ name, ...row }: SessionRow, { session }: Principal): SessionItem {
  return { ...row, name: name ?? 'local', current: row.id === session?.id };
}

import { ApiProperty, ApiPropertyOptional, PickType } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsString,
  IsUUID,
  Matches,
  MaxLength,
  ValidateIf,
} from 'class-validator';
import { parseActor } from '../../../core/actor/actor.ts';
import { ActorView } from '../../http/actor.view.ts';
import { IfGiven } from '../../http/if-given.decorator.ts';
import { IsName } from '../../http/is-name.decorator.ts';
import { type Page, PageQuery } from '../../http/paging.ts';
import { type Role, ROLES } from '../roles.ts';
import { LINK_PURPOSES, type LinkPurpose } from '../sign-in/sign-in-link.ts';
import type { UserRow } from './user.repository.ts';

const USERNAME = { pattern: /^[A-Za-z0-9._@+-]+$/, longest: 64 };

export class CreateUserBody {
  @ApiProperty({
    maxLength: USERNAME.longest,
    pattern: USERNAME.pattern.source,
    example: 'anna@example.org',
    description: 'For the sign-in. Upper and lower case are the same. It cannot be changed.',
  })
  @IsString()
  @MaxLength(USERNAME.longest)
  @Matches(USERNAME.pattern, { message: 'username must consist of the letters A to Z, digits and . _ @ + -' })
  username: string;

  @ApiPropertyOptional({ maxLength: 100, description: 'For readers. Default: the username.' })
  @IsString()
  @IsName()
  @MaxLength(100)
  @IfGiven()
  displayName?: string;

  @ApiProperty({ enum: ROLES })
  @IsIn(ROLES, { message: `role must be one of ${ROLES.join(', ')}` })
  role: Role;

  @ApiPropertyOptional({
    type: [String],
    format: 'uuid',
    maxItems: 200,
    description: 'The accounts that the user is limited to. Default: all. Objects of other accounts are answered with 404.',
  })
  @LowerCaseIds()
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(200)
  @ArrayUnique()
  @IsUUID('all', { each: true })
  @IfGiven()
  accountIds?: string[];
}

export class ChangeUserBody {
  @ApiPropertyOptional({ maxLength: 100 })
  @IsString()
  @IsName()
  @MaxLength(100)
  @IfGiven()
  displayName?: string;

  @ApiPropertyOptional({ enum: ROLES })
  @IsIn(ROLES, { message: `role must be one of ${ROLES.join(', ')}` })
  @IfGiven()
  role?: Role;

  @ApiPropertyOptional({
    type: 'array',
    items: { type: 'string', format: 'uuid' },
    maxItems: 200,
    nullable: true,
    description: 'Null for all accounts.',
  })
  @LowerCaseIds()
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(200)
  @ArrayUnique()
  @IsUUID('all', { each: true })
  @ValidateIf((_body, value) => value !== undefined && value !== null)
  accountIds?: string[] | null;

  @ApiPropertyOptional({ description: 'A disabled user cannot sign in.' })
  @IsBoolean()
  @IfGiven()
  disabled?: boolean;
}

export class UsersQuery extends PageQuery {
  @ApiPropertyOptional({ maxLength: USERNAME.longest, description: 'Only the user with this username.' })
  @IsString()
  @MaxLength(USERNAME.longest)
  @IfGiven()
  username?: string;
}

export class LinkBody {
  @ApiProperty({ enum: LINK_PURPOSES, description: 'invite: the first password of a new user. reset: another password.' })
  @IsIn(LINK_PURPOSES, { message: `purpose must be one of ${LINK_PURPOSES.join(', ')}` })
  purpose: LinkPurpose;
}

export class UserView extends PickType(CreateUserBody, ['username', 'role'] as const) {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ example: 'Anna Schmidt' })
  displayName: string;
  @ApiProperty({ type: [String], format: 'uuid', nullable: true, description: 'Null for all accounts.' })
  accountIds: string[] | null;
  @ApiProperty({ enum: ['active', 'disabled', 'invited'], description: 'invited: has neither a password nor an identity provider.' })
  status: 'active' | 'disabled' | 'invited';
  @ApiProperty({ type: 'string', nullable: true, description: 'The identity provider that signs the user in. Null for a password.' })
  issuer: string | null;
  @ApiProperty({ type: ActorView })
  createdBy: ActorView;
  @ApiProperty({ format: 'date-time' })
  createdAt: Date;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  disabledAt: Date | null;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true, description: 'Accurate to about a minute.' })
  lastSeenAt: Date | null;
}

export class UserPage implements Page<UserView> {
  @ApiProperty({ type: [UserView] })
  items: UserView[];
  @ApiProperty({ type: 'string', nullable: true })
  nextCursor: string | null;
}

export class SignInLinkView {
  @ApiProperty({
    example: 'https://hub.example.org/admin/?link=cl_live_…',
    description: 'Signs in once. It is shown in this answer only. A path where PUBLIC_URL is not set and the server is on another machine.',
  })
  url: string;
  @ApiProperty({ format: 'date-time' })
  expiresAt: Date;
}

export function toUserView({ hasPassword, createdBy, ...row }: UserRow): UserView {
  const status = row.disabledAt !== null ? 'disabled' : hasPassword || row.issuer !== null ? 'active' : 'invited';
  return { ...row, status, createdBy: parseActor(createdBy) };
}

function LowerCaseIds(): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) =>
    Array.isArray(value) ? value.map((id: unknown) => (typeof id === 'string' ? id.toLowerCase() : id)) : value,
  );
}

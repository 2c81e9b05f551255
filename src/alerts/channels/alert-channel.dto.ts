import { ApiProperty, ApiPropertyOptional, OmitType, PartialType } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsEmail,
  IsIn,
  IsInt,
  IsString,
  IsUrl,
  Matches,
  Max,
  MaxLength,
  Min,
} from 'class-validator';
import { type Actor, parseActor } from '../../core/actor/actor.ts';
import { MESSAGE_LANGUAGES, type MessageLanguage } from '../../core/alert/alert-message.ts';
import { SEVERITIES, type Severity } from '../../core/alert/alert-states.ts';
import { ActorView } from '../../platform/http/actor.view.ts';
import { EXAMPLE_ID } from '../../platform/http/example-id.ts';
import { IfGiven } from '../../platform/http/if-given.decorator.ts';
import { IsFilled } from '../../platform/http/is-filled.decorator.ts';
import { IsName } from '../../platform/http/is-name.decorator.ts';
import {
  type AlertChannel,
  CHANNEL_KINDS,
  type ChannelConfig,
  type ChannelFields,
  type ChannelKind,
  type ChannelSecrets,
  MAIL_SECURITIES,
  type MailSecurity,
} from './alert-channel.ts';
import type { ChannelChanges } from './alert-channel.service.ts';

/** Stands for a secret in answers. A request that sends it back changes nothing. */
const MASK = '********';
const WRITE_ONLY = 'Stored and never shown.';
const ADDRESS = { require_protocol: true, protocols: ['http', 'https'], require_tld: false, disallow_auth: true };

export class CreateAlertChannelBody {
  @ApiProperty({ example: 'ops', description: 'Unique; commands accept it.' })
  @IsString()
  @IsName()
  @MaxLength(100)
  name: string;

  @ApiProperty({ enum: CHANNEL_KINDS, description: 'It cannot be changed.' })
  @IsIn(CHANNEL_KINDS, { message: `kind must be one of ${CHANNEL_KINDS.join(', ')}` })
  kind: ChannelKind;

  @ApiPropertyOptional({ enum: SEVERITIES, default: 'info', description: 'Alerts of a lower severity are not sent.' })
  @IsIn(SEVERITIES, { message: `minSeverity must be one of ${SEVERITIES.join(', ')}` })
  @IfGiven()
  minSeverity?: Severity;

  @ApiPropertyOptional({ default: true })
  @IsBoolean()
  @IfGiven()
  enabled?: boolean;

  @ApiPropertyOptional({
    enum: MESSAGE_LANGUAGES,
    description: 'For feishu, slack and email: the language of the texts. Default: en.',
  })
  @IsIn(MESSAGE_LANGUAGES, { message: `language must be one of ${MESSAGE_LANGUAGES.join(', ')}` })
  @IfGiven()
  language?: MessageLanguage;

  @ApiPropertyOptional({
    writeOnly: true,
    maxLength: 2_000,
    example: 'https://hooks.example.org/alerts',
    description: `For webhook, feishu and slack. It contains a key: ${WRITE_ONLY}`,
  })
  @IsString()
  @MaxLength(2_000)
  @IsUrl(ADDRESS, { message: 'url must be a complete http: or https: address without a user name and password' })
  @IfGiven()
  url?: string;

  @ApiPropertyOptional({
    writeOnly: true,
    maxLength: 200,
    description: `For webhook: whsec_ and at least 24 bytes in Base64 (Standard Webhooks). For feishu: the key of the signature check. ${WRITE_ONLY}`,
  })
  @IsString()
  @IsFilled()
  @MaxLength(200)
  @IfGiven()
  signingSecret?: string;

  @ApiPropertyOptional({ maxLength: 253, description: 'For email: the SMTP server.' })
  @IsString()
  @Matches(/^[\w.:[\]-]{1,253}$/, { message: 'host must be a host name or an address' })
  @IfGiven()
  host?: string;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 65_535, description: 'For email: 465 for tls, 587 for starttls.' })
  @IsInt()
  @Min(1)
  @Max(65_535)
  @IfGiven()
  port?: number;

  @ApiPropertyOptional({ enum: MAIL_SECURITIES, description: 'For email: tls from the first byte, starttls, or none.' })
  @IsIn(MAIL_SECURITIES, { message: `security must be one of ${MAIL_SECURITIES.join(', ')}` })
  @IfGiven()
  security?: MailSecurity;

  @ApiPropertyOptional({ maxLength: 200, description: 'For email: the log-in, when the server asks for one.' })
  @IsString()
  @IsFilled()
  @MaxLength(200)
  @IfGiven()
  user?: string;

  @ApiPropertyOptional({ writeOnly: true, maxLength: 500, description: `For email, with user. ${WRITE_ONLY}` })
  @IsString()
  @IsFilled()
  @MaxLength(500)
  @IfGiven()
  password?: string;

  @ApiPropertyOptional({ description: 'For email: the sender.' })
  @IsEmail()
  @IfGiven()
  from?: string;

  @ApiPropertyOptional({ type: [String], maxItems: 20, description: 'For email: the receivers.' })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(20)
  @IsEmail({}, { each: true })
  @IfGiven()
  to?: string[];
}

export class UpdateAlertChannelBody extends PartialType(OmitType(CreateAlertChannelBody, ['kind'] as const), {
  skipNullProperties: false,
}) {}

export class AlertChannelView {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ example: 'ops' })
  name: string;
  @ApiProperty({ enum: CHANNEL_KINDS })
  kind: ChannelKind;
  @ApiProperty({ enum: SEVERITIES })
  minSeverity: Severity;
  @ApiProperty()
  enabled: boolean;
  @ApiProperty({
    type: 'string',
    example: 'hooks.example.org',
    description: 'Where it sends to: a host, or the receivers and their server.',
  })
  target: string;
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'The language of the texts, if one was given. Of email also: host, port, security, user, from and to.',
  })
  config: ChannelConfig;
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    example: { url: MASK },
    description: 'The secrets that are set, without their values.',
  })
  secrets: Record<string, string>;
  @ApiProperty({ type: 'integer', description: 'The ETag.' })
  version: number;
  @ApiProperty({ type: ActorView })
  createdBy: Actor;
  @ApiProperty({ format: 'date-time' })
  createdAt: Date;
  @ApiProperty({ format: 'date-time' })
  updatedAt: Date;
}

export class AlertChannelList {
  @ApiProperty({ type: [AlertChannelView] })
  items: AlertChannelView[];
}

export class ChannelTestView {
  @ApiProperty({ format: 'uuid', example: EXAMPLE_ID })
  executionId: string;
  @ApiProperty({ example: `/executions/${EXAMPLE_ID}` })
  statusUrl: string;
}

const given = <T extends object>(members: T): T =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as T;

function partsOf({ language, host, port, security, user, from, to, url, signingSecret, password }: UpdateAlertChannelBody): {
  config: ChannelConfig;
  secrets: ChannelSecrets;
} {
  const unmasked = (secret: string | undefined): string | undefined => (secret === MASK ? undefined : secret);
  return {
    config: given({ language, host, port, security, user, from, to }),
    secrets: given({ url, signingSecret: unmasked(signingSecret), password: unmasked(password) }),
  };
}

export function toChannelFields({ name, kind, minSeverity = 'info', enabled = true, ...members }: CreateAlertChannelBody): ChannelFields {
  return { name, kind, minSeverity, enabled, ...partsOf(members) };
}

export function toChannelChanges({ name, minSeverity, enabled, ...members }: UpdateAlertChannelBody): ChannelChanges {
  return { ...given({ name, minSeverity, enabled }), ...partsOf(members) };
}

export function toChannelView({ config, secrets, createdBy, ...channel }: AlertChannel): AlertChannelView {
  const target = secrets.url === undefined ? `${(config.to ?? []).join(', ')} by ${config.host}:${config.port}` : new URL(secrets.url).host;
  return {
    ...channel,
    target,
    config,
    secrets: Object.fromEntries(Object.keys(secrets).map((name) => [name, MASK])),
    createdBy: parseActor(createdBy),
  };
}

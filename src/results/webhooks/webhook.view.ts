import { ApiProperty } from '@nestjs/swagger';
import { parseActor } from '../../core/actor/actor.ts';
import { ActorView } from '../../platform/http/actor.view.ts';
import { PAUSE_REASONS, type PauseReason, type SecretInfo, stateOf, type Webhook, WEBHOOK_STATES, type WebhookState } from './webhook.ts';

const DATE = { type: 'string', format: 'date-time', nullable: true } as const;

class WebhookSecretView {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ example: 'whsec_…Zm9vYg', description: 'The secret itself is shown once, when it is made.' })
  masked: string;
  @ApiProperty({ format: 'date-time' })
  createdAt: Date;
  @ApiProperty({ ...DATE, description: 'When it stops signing; null for not by itself.' })
  expiresAt: Date | null;
}

export class WebhookView {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty()
  name: string;
  @ApiProperty()
  description: string;
  @ApiProperty()
  url: string;
  @ApiProperty({ type: [String], nullable: true, description: 'Null: all types.' })
  types: string[] | null;
  @ApiProperty({ type: [String], nullable: true, description: 'Null: all events.' })
  accountIds: string[] | null;
  @ApiProperty({ enum: ['api', 'settings'], description: 'settings: by the variables WEBHOOK_*, and not changed here.' })
  managedBy: 'api' | 'settings';
  @ApiProperty({
    enum: WEBHOOK_STATES,
    description: 'failing: its last attempt failed. paused: deliveries are recorded, and wait. disabled: WEBHOOK_ENABLED is false.',
  })
  status: WebhookState;
  @ApiProperty({
    enum: PAUSE_REASONS,
    nullable: true,
    type: String,
    description: 'operator: by a caller. failing: every attempt failed for too long. gone: it answered 410.',
  })
  pausedReason: PauseReason | null;
  @ApiProperty(DATE)
  pausedAt: Date | null;
  @ApiProperty({ type: ActorView, nullable: true })
  pausedBy: ActorView | null;
  @ApiProperty({ type: 'integer', description: 'Attempts since the last success.' })
  failures: number;
  @ApiProperty(DATE)
  failingSince: Date | null;
  @ApiProperty(DATE)
  lastSuccessAt: Date | null;
  @ApiProperty(DATE)
  lastFailureAt: Date | null;
  @ApiProperty({ type: 'integer', description: 'How long an attempt may take.' })
  timeoutMs: number;
  @ApiProperty({ type: [WebhookSecretView], description: 'Those that sign now, newest first. Empty for the webhook of the settings.' })
  secrets: WebhookSecretView[];
  @ApiProperty({ type: 'integer' })
  version: number;
  @ApiProperty({ type: ActorView })
  createdBy: ActorView;
  @ApiProperty({ format: 'date-time' })
  createdAt: Date;
  @ApiProperty({ format: 'date-time' })
  updatedAt: Date;
}

export class WebhookWithSecretView extends WebhookView {
  @ApiProperty({ example: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=', description: 'Store it now: no later answer repeats it.' })
  secret: string;
}

export class WebhookList {
  @ApiProperty({ type: [WebhookView] })
  items: WebhookView[];
}

const toSecretView = ({ id, ending, createdAt, expiresAt }: SecretInfo): WebhookSecretView => ({
  id,
  masked: `whsec_…${ending}`,
  createdAt,
  expiresAt,
});

export function toWebhookView(webhook: Webhook): WebhookView {
  const { enabled: _, types, accountIds, pausedBy, createdBy, secrets, ...rest } = webhook;
  return {
    ...rest,
    types: types && [...types],
    accountIds: accountIds && [...accountIds],
    status: stateOf(webhook),
    pausedBy: pausedBy === null ? null : parseActor(pausedBy),
    createdBy: parseActor(createdBy),
    secrets: secrets.map(toSecretView),
  };
}

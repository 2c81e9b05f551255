/** Endpoints of one installation. Each event is compared with all of them. */
export const MOST_WEBHOOKS = 100;
/** The old one signs beside the new one until every receiver knows the new one. */
export const MOST_SECRETS = 2;

export const PAUSE_REASONS = ['operator', 'failing', 'gone'] as const;
/** `operator`: a caller paused it. `failing`: every attempt failed for WEBHOOK_PAUSE_AFTER_HOURS. `gone`: it answered 410. */
export type PauseReason = (typeof PAUSE_REASONS)[number];

export const WEBHOOK_STATES = ['active', 'failing', 'paused', 'disabled'] as const;
export type WebhookState = (typeof WEBHOOK_STATES)[number];

/** What a reader may know of a secret. */
export interface SecretInfo {
  readonly id: string;
  /** The last characters, to recognise it by. */
  readonly ending: string;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
}

export interface WebhookFields {
  readonly name: string;
  readonly description: string;
  readonly url: string;
  /** `content.created`, `content.*` or `*`; null for all. */
  readonly types: readonly string[] | null;
  /** Null for all events, also those of no account. */
  readonly accountIds: readonly string[] | null;
}

/** An endpoint of webhooks, a row of `event_endpoints`. */
export interface Webhook extends WebhookFields {
  readonly id: string;
  readonly enabled: boolean;
  readonly managedBy: 'api' | 'settings';
  readonly timeoutMs: number;
  readonly pausedAt: Date | null;
  readonly pausedReason: PauseReason | null;
  readonly pausedBy: string | null;
  /** Attempts since the last success. */
  readonly failures: number;
  readonly failingSince: Date | null;
  readonly lastSuccessAt: Date | null;
  readonly lastFailureAt: Date | null;
  readonly version: number;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** Those that sign now, newest first. */
  readonly secrets: readonly SecretInfo[];
}

export function stateOf({ enabled, pausedAt, failures }: Pick<Webhook, 'enabled' | 'pausedAt' | 'failures'>): WebhookState {
  if (!enabled) return 'disabled';
  if (pausedAt !== null) return 'paused';
  return failures > 0 ? 'failing' : 'active';
}

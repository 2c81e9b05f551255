import type { MessageLanguage } from '../../core/alert/alert-message.ts';
import type { Severity } from '../../core/alert/alert-states.ts';

export const CHANNEL_KINDS = ['webhook', 'feishu', 'slack', 'email'] as const;
export type ChannelKind = (typeof CHANNEL_KINDS)[number];

/** `tls` from the first byte (port 465), `starttls` (port 587), or `none`. */
export const MAIL_SECURITIES = ['tls', 'starttls', 'none'] as const;
export type MailSecurity = (typeof MAIL_SECURITIES)[number];

/** Except for the language, of an e-mail channel: the address of the other kinds is a secret. */
export interface ChannelConfig {
  /** Of texts; default English. A webhook has none. */
  readonly language?: MessageLanguage;
  readonly host?: string;
  readonly port?: number;
  readonly security?: MailSecurity;
  readonly user?: string;
  readonly from?: string;
  readonly to?: readonly string[];
}

/** Stored as they are, and never shown. */
export interface ChannelSecrets {
  /** Of webhook, feishu and slack: the address contains a key. */
  readonly url?: string;
  /** Signs the messages of webhook and feishu. */
  readonly signingSecret?: string;
  /** Of email. */
  readonly password?: string;
}

export interface AlertChannel {
  readonly id: string;
  readonly name: string;
  readonly kind: ChannelKind;
  readonly config: ChannelConfig;
  readonly secrets: ChannelSecrets;
  readonly minSeverity: Severity;
  readonly enabled: boolean;
  readonly version: number;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export type ChannelFields = Pick<AlertChannel, 'name' | 'kind' | 'config' | 'secrets' | 'minSeverity' | 'enabled'>;

import type { AlertMessage } from '../../core/alert/alert-message.ts';
import type { ChannelConfig, ChannelKind, ChannelSecrets } from '../channels/alert-channel.ts';

/** A notification with its channel. */
export interface OutgoingNotification {
  readonly id: string;
  readonly message: AlertMessage;
  readonly createdAt: Date;
  readonly config: ChannelConfig;
  readonly secrets: ChannelSecrets;
}

/** Sends a notification to the service of one kind of channel. Returns what the service answered, without secrets. */
export interface NotificationSender {
  readonly kind: ChannelKind;
  /** @throws {TaskFailure | EgressError} */
  send(notification: OutgoingNotification, signal: AbortSignal): Promise<object>;
}

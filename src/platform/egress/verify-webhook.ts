import { timingSafeEqual } from 'node:crypto';
import { signWebhook } from './standard-webhook.ts';

/** A message is accepted this long before and after its timestamp, so a recorded one cannot be used later. */
const TOLERANCE_S = 300;

export interface SignedMessage {
  readonly id: string | undefined;
  readonly timestamp: string | undefined;
  /** One or more signatures with their versions, separated by spaces. */
  readonly signature: string | undefined;
  /** As received: a parsed and rendered body has other bytes. */
  readonly body: Buffer;
}

export type WebhookFault = 'headers_missing' | 'timestamp_invalid' | 'timestamp_too_old' | 'timestamp_in_future' | 'signature_invalid';

/**
 * Checks a message of Standard Webhooks. Several keys are accepted while a secret is replaced. Null for a genuine message.
 */
export function faultOfWebhook(
  { id, timestamp, signature, body }: SignedMessage,
  keys: readonly Buffer[],
  now: number,
): WebhookFault | null {
  if (!id || !timestamp || !signature || !/^[\x21-\x7e]{1,200}$/.test(id)) return 'headers_missing';
  if (!/^\d{1,12}$/.test(timestamp)) return 'timestamp_invalid';
  const age = Math.floor(now / 1_000) - Number(timestamp);
  const given = signature.split(' ').flatMap((each) => (each.startsWith('v1,') ? [Buffer.from(each)] : []));
  const expected = keys.map((key) => Buffer.from(signWebhook(id, body, key, Number(timestamp) * 1_000)['webhook-signature'] ?? ''));
  const genuine = given.some((one) => expected.some((other) => one.length === other.length && timingSafeEqual(one, other)));
  if (!genuine) return 'signature_invalid';
  if (age > TOLERANCE_S) return 'timestamp_too_old';
  return age < -TOLERANCE_S ? 'timestamp_in_future' : null;
}

import { createHmac, randomBytes } from 'node:crypto';

const PREFIX = 'whsec_';
const MIN_KEY_BYTES = 24;

/** The key of a Standard Webhooks secret (`whsec_` and Base64); null when the text is none, or shorter than 24 bytes. */
export function webhookKey(secret: string): Buffer | null {
  if (!secret.startsWith(PREFIX) || !/^[A-Za-z0-9+/]+={0,2}$/.test(secret.slice(PREFIX.length))) return null;
  const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
  return key.length >= MIN_KEY_BYTES ? key : null;
}

/**
 * The headers with which a Standard Webhooks receiver checks sender, time and body. The id is equal for each repetition. A receiver needs
 * one of several keys.
 */
export function signWebhook(id: string, body: string | Buffer, keys: Buffer | readonly Buffer[], now: number): Record<string, string> {
  const timestamp = String(Math.floor(now / 1_000));
  const signatures = [keys]
    .flat()
    .map((key) => `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64')}`);
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}

const KEY_BYTES = 32;

/** A new secret, with 32 random bytes. */
export function generateWebhookSecret(): string {
  return `${PREFIX}${randomBytes(KEY_BYTES).toString('base64')}`;
}

/** `source` of the CloudEvents of this installation. */
export function cloudEventSource(publicUrl: string | undefined): string {
  return publicUrl ?? 'urn:contenthub';
}

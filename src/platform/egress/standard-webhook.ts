import { createHmac } from 'node:crypto';

const PREFIX = 'whsec_';
const MIN_KEY_BYTES = 24;

/** The key of a Standard Webhooks secret (`whsec_` and Base64); null when the text is none, or shorter than 24 bytes. */
export function webhookKey(secret: string): Buffer | null {
  if (!secret.startsWith(PREFIX) || !/^[A-Za-z0-9+/]+={0,2}$/.test(secret.slice(PREFIX.length))) return null;
  const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
  return key.length >= MIN_KEY_BYTES ? key : null;
}

/** The headers with which a Standard Webhooks receiver checks sender, time and body. The id is equal for each repetition. */
export function signWebhook(id: string, body: string | Buffer, key: Buffer, now: number): Record<string, string> {
  const timestamp = String(Math.floor(now / 1_000));
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}

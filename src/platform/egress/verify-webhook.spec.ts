import { describe, expect, it } from '@jest/globals';
import { signWebhook } from './standard-webhook.ts';
import { faultOfWebhook, type SignedMessage } from './verify-webhook.ts';

const KEY = Buffer.alloc(24, 1);
const OLD_KEY = Buffer.alloc(24, 2);
const NOW = 1_790_000_000_000;

function signed(changes: Partial<SignedMessage> = {}, key = KEY, at = NOW): SignedMessage {
  const body = Buffer.from('{"taskId":"a"}');
  const headers = signWebhook('msg-1', body, key, at);
  return { id: 'msg-1', timestamp: headers['webhook-timestamp'], signature: headers['webhook-signature'], body, ...changes };
}

describe('faultOfWebhook', () => {
  it('accepts a genuine message within 300 s, and either of two keys', () => {
    expect(faultOfWebhook(signed(), [KEY], NOW)).toBeNull();
    expect(faultOfWebhook(signed(), [KEY], NOW + 300_000)).toBeNull();
    expect(faultOfWebhook(signed(), [KEY], NOW - 300_000)).toBeNull();
    expect(faultOfWebhook(signed({}, OLD_KEY), [KEY, OLD_KEY], NOW)).toBeNull();
  });

  it('accepts a list with one genuine signature, and ignores other versions', () => {
    const { signature } = signed();
    expect(faultOfWebhook(signed({ signature: `v1a,other v1,AAAA ${signature}` }), [KEY], NOW)).toBeNull();
    expect(faultOfWebhook(signed({ signature: signature?.replace('v1,', 'v1a,') }), [KEY], NOW)).toBe('signature_invalid');
  });

  it.each<[Partial<SignedMessage>, string]>([
    [{ id: undefined }, 'headers_missing'],
    [{ timestamp: undefined }, 'headers_missing'],
    [{ signature: '' }, 'headers_missing'],
    [{ id: 'a b' }, 'headers_missing'],
    [{ timestamp: '1e9' }, 'timestamp_invalid'],
    [{ id: 'msg-2' }, 'signature_invalid'],
    [{ timestamp: '1790000001' }, 'signature_invalid'],
    [{ body: Buffer.from('{"taskId": "a"}') }, 'signature_invalid'],
  ])('%j: %s', (changes, fault) => {
    expect(faultOfWebhook(signed(changes), [KEY], NOW)).toBe(fault);
  });

  it('rejects a genuine message of another time or key', () => {
    expect(faultOfWebhook(signed(), [KEY], NOW + 301_000)).toBe('timestamp_too_old');
    expect(faultOfWebhook(signed(), [KEY], NOW - 301_000)).toBe('timestamp_in_future');
    expect(faultOfWebhook(signed({}, OLD_KEY), [KEY], NOW)).toBe('signature_invalid');
  });
});

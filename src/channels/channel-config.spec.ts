import { describe, expect, it } from '@jest/globals';
import { SETTINGS_TABLE } from '../platform/config/settings-table.ts';
import { loadSettings } from '../platform/config/settings.ts';
import type { Channel, ChannelConfig } from './channel.ts';
import { ChannelConfigError, configSchema, parseChannelConfig, secretVariableSchema, webAddressSchema } from './channel-config.ts';
import { ChannelSecrets, SECRET_PREFIX } from './channel-secrets.ts';

const schema = configSchema(
  ['draft', 'publish'],
  {
    url: webAddressSchema('u'),
    passwordVariable: secretVariableSchema('p'),
    tags: { type: 'array', items: { type: 'string' }, default: [] },
  },
  ['url'],
);
const channel = { describe: () => ({ configSchema: schema }) } as unknown as Channel;

function errorsOf(config: unknown): unknown {
  try {
    return parseChannelConfig('test', channel, config);
  } catch (error) {
    if (error instanceof ChannelConfigError) return error.errors;
    throw error;
  }
}

describe('parseChannelConfig', () => {
  it('returns a copy with defaults', () => {
    const given = { mode: 'draft', url: 'https://blog.example.org/sub' };
    expect(parseChannelConfig<ChannelConfig>('test', channel, given)).toEqual({ ...given, tags: [] });
    expect(given).not.toHaveProperty('tags');
  });

  it.each([
    [{ mode: 'publish' }, { pointer: '/url', code: 'required', detail: 'is required' }],
    [
      { mode: 'later', url: 'https://a.example' },
      { pointer: '/mode', code: 'enum', detail: 'must be one of draft, publish' },
    ],
    [
      { mode: 'draft', url: 'https://a.example', urll: 1 },
      { pointer: '/urll', code: 'unknown_member', detail: 'is no member of this configuration; did you mean "url"?' },
    ],
    [
      { mode: 'draft', url: 'ftp://a.example' },
      { pointer: '/url', code: 'pattern' },
    ],
    [
      { mode: 'draft', url: 'https://user:pass@a.example' },
      { pointer: '/url', code: 'pattern' },
    ],
    [
      { mode: 'draft', url: 'https://a.example', passwordVariable: 'PATH' },
      { pointer: '/passwordVariable', code: 'pattern' },
    ],
    [
      { mode: 'draft', url: 'https://a.example', tags: ['a', 1] },
      { pointer: '/tags/1', code: 'type' },
    ],
    ['text', { pointer: '', code: 'type' }],
  ])('rejects %j', (config, error) => {
    expect(errorsOf(config)).toEqual([expect.objectContaining(error)]);
  });

  it('lists every problem', () => {
    expect(errorsOf({ mode: 'x', extra: 1 })).toHaveLength(3);
  });
});

describe('ChannelSecrets', () => {
  const settings = loadSettings({ CHANNEL_BLOG_PASSWORD: 'canary-1234', CHANNEL_SHORT: 'abc', OTHER_SECRET: 'canary-5678' });
  const secrets = new ChannelSecrets(settings);

  it('reads a variable, whose value is hidden from then on', () => {
    expect(secrets.read('CHANNEL_BLOG_PASSWORD', '/passwordVariable')).toBe('canary-1234');
    expect(settings.secrets).toContain('canary-1234');
  });

  it.each([
    ['CHANNEL_UNSET', 'secret_missing'],
    ['CHANNEL_SHORT', 'secret_too_short'],
    ['OTHER_SECRET', 'secret_missing'],
  ])('rejects %s: %s', (variable, code) => {
    expect(() => secrets.read(variable, '/passwordVariable')).toThrow(
      expect.objectContaining({ kind: 'not_sent', permanent: true, code, pointer: '/passwordVariable' }),
    );
  });

  it('are never settings', () => {
    expect(Object.keys(SETTINGS_TABLE).filter((name) => name.startsWith(SECRET_PREFIX))).toEqual([]);
  });

  it('are sent in the clear only to this machine, unless the setting allows it', () => {
    for (const url of ['https://blog.example.org', 'http://127.0.0.1:8080', 'http://[::1]/', 'http://localhost']) {
      expect(() => secrets.checkAddress(url, '/url')).not.toThrow();
    }
    const inTheClear = expect.objectContaining({ code: 'secret_in_the_clear', pointer: '/url' });
    expect(() => secrets.checkAddress('http://blog.example.org', '/url')).toThrow(inTheClear);
    const trusting = new ChannelSecrets(loadSettings({ SECRETS_OVER_HTTP: 'true' }));
    expect(() => trusting.checkAddress('http://blog.example.org', '/url')).not.toThrow();
  });
});

import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { renderEnvExample } from './env-example.ts';
import { productVersion } from './product-version.ts';
import { isLoopbackHost, loadSettings, propertyOf, Settings, SettingsError } from './settings.ts';
import { generateApiKey } from '../auth/api-key.ts';
import { SETTINGS_TABLE } from './settings-table.ts';

function problemsOf(env: Record<string, string>): string[] {
  try {
    loadSettings(env);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems.map(({ variable }) => variable);
    throw error;
  }
  return [];
}

const OIDC = { OIDC_CLIENT_ID: 'contenthub', OIDC_CLIENT_SECRET: 's' };

describe('loadSettings', () => {
  it('starts with nothing configured, embedded and on this machine only', () => {
    const settings = loadSettings({});
    expect(settings).toBeInstanceOf(Settings);
    expect(settings).toMatchObject({
      host: '127.0.0.1',
      port: 3000,
      appRoles: ['api', 'worker', 'scheduler'],
      leaseTtlMs: 15_000,
      leaseBeatMs: 5000,
    });
    expect([settings.embedded, settings.seeding, settings.production]).toEqual([true, true, false]);
  });

  it('keeps the names, defaults and units of the asynchronous settings', () => {
    expect(loadSettings({})).toMatchObject({
      creatorMode: 'async',
      asyncContentGenerationEnabled: true,
      asyncMaxConcurrentTasks: 5,
      asyncTaskTimeout: 1800,
      asyncPollInterval: 30,
      asyncAutoApprove: true,
      asyncWorkerCount: 3,
      webhookEnabled: false,
      webhookUrl: undefined,
      webhookTimeout: 10,
      webhookSecretKey: undefined,
      redisEnabled: false,
      redisUrl: undefined,
    });
  });

  it('reads slots by queue', () => {
    expect(loadSettings({}).queueSlots).toBeUndefined();
    expect(loadSettings({ QUEUE_SLOTS: 'default=50, content = 3 ,agents-x=0' }).queueSlots).toEqual({
      default: 50,
      content: 3,
      'agents-x': 0,
    });
    for (const wrong of ['default', 'default=', 'default=-1', 'default=1001', 'default=1.5', '=3', 'Default=1', 'a=1;b=2', '__proto__=1']) {
      expect([wrong, problemsOf({ QUEUE_SLOTS: wrong })]).toEqual([wrong, ['QUEUE_SLOTS']]);
    }
  });

  it('reads words, numbers, lists and addresses', () => {
    const settings = loadSettings({
      APP_ROLES: 'worker, api,worker',
      PORT: ' 0 ',
      WEBHOOK_ENABLED: 'YES',
      WEBHOOK_URL: 'https://example.org/in',
      WEBHOOK_SECRET_KEY: 's',
      SEED_EXAMPLE: 'off',
      SOURCE_ROOTS: 'a, b ,,c',
      DATABASE_URL: 'postgres://u:p@db/x',
      LOG_LEVEL: '',
    });
    expect(settings).toMatchObject({
      appRoles: ['worker', 'api'],
      port: 0,
      webhookEnabled: true,
      seeding: false,
      sourceRoots: ['a', 'b', 'c'],
      logLevel: 'info',
    });
    expect(settings.embedded).toBe(false);
  });

  it.each([
    ['postgres', {}],
    ['bullmq', { REDIS_URL: 'redis://h' }],
    ['bullmq', { REDIS_ENABLED: 'true' }],
    ['postgres', { REDIS_URL: 'redis://h', QUEUE_DRIVER: 'postgres' }],
    ['memory', { QUEUE_DRIVER: 'memory' }],
  ])('comes to the driver %s with %p', (driver, env) => {
    expect(loadSettings(env).queueDriverInUse).toBe(driver);
  });

  it('takes the Redis of this machine unless another is named', () => {
    expect(loadSettings({ REDIS_ENABLED: 'true' }).redisAddress).toBe('redis://127.0.0.1:6379');
    expect(loadSettings({ REDIS_URL: 'rediss://h:1/2' }).redisAddress).toBe('rediss://h:1/2');
  });

  it.each([
    ['PUBLIC_URL', 'https://hub.example.org/base', 'https://hub.example.org/base'],
    ['TRUSTED_PROXY', '1', 1],
    ['TRUSTED_PROXY', '10.0.0.0/8, ::1,192.0.2.7', ['10.0.0.0/8', '::1', '192.0.2.7']],
  ])('takes %s=%s', (name, given, value) => {
    expect(Object.values(loadSettings({ [name]: given }))).toContainEqual(value);
  });

  it.each([
    ['PUBLIC_URL', 'hub.example.org'],
    ['PUBLIC_URL', 'javascript:alert(1)'],
    ['PUBLIC_URL', 'https://user:secret@hub.example.org'],
    ['PUBLIC_URL', 'https://hub.example.org/?a=1'],
    ['TRUSTED_PROXY', 'true'],
    ['TRUSTED_PROXY', '*'],
    ['TRUSTED_PROXY', '0'],
    ['TRUSTED_PROXY', '11'],
    ['TRUSTED_PROXY', '0.0.0.0/0'],
    ['TRUSTED_PROXY', '::/0'],
    ['TRUSTED_PROXY', '10.0.0.0/33'],
    ['TRUSTED_PROXY', 'proxy.example.org'],
    ['RATE_LIMIT_REQUESTS', '-1'],
    ['RATE_LIMIT_AUTH_FAILURES', 'many'],
    ['CREATOR_HTTP_MAX_TASK_COST', '0.50'],
    ['CREATOR_CLI_MAX_TASK_COST', '-1 USD'],
  ])('refuses %s=%s', (name, given) => {
    expect(problemsOf({ [name]: given })).toEqual([name]);
  });

  it('lists every problem at once, with the name and a hint', () => {
    const env = {
      PORT: '1mbb',
      LOG_LEVEL: 'loud',
      WEBHOOK_ENABLED: 'maybe',
      REDIS_URL: 'http://h',
      APP_ROLES: 'api,boss',
      LEASE_TTL_MS: '14999',
    };
    expect(problemsOf(env).sort()).toEqual(Object.keys(env).sort());
    expect(() => loadSettings({ PORT: '70000' })).toThrow(
      /PORT is not a whole number from 0 to 65535\. Set it to .*or leave it empty for 3000/,
    );
  });

  it.each([
    ['a worker that would lose its leases', { LEASE_TTL_MS: '15000', LEASE_BEAT_MS: '5001' }, 'LEASE_TTL_MS'],
    ['a broker without an address', { QUEUE_DRIVER: 'bullmq' }, 'QUEUE_DRIVER'],
    ['a queue in memory with workers elsewhere', { QUEUE_DRIVER: 'memory', WORKER_PROCESSES: '1' }, 'QUEUE_DRIVER'],
    ['a queue in memory with one role', { QUEUE_DRIVER: 'memory', APP_ROLES: 'api' }, 'QUEUE_DRIVER'],
    ['slots that have a setting of their own', { QUEUE_SLOTS: 'default=1,isolated=2' }, 'QUEUE_SLOTS'],
    ['unsigned webhooks', { WEBHOOK_ENABLED: 'true', WEBHOOK_URL: 'https://example.org' }, 'WEBHOOK_ENABLED'],
    [
      'an identity provider without a client',
      { OIDC_ISSUER: 'https://id.example.org', PUBLIC_URL: 'https://hub.example.org' },
      'OIDC_ISSUER',
    ],
    ['an identity provider without an address to return to', { ...OIDC, OIDC_ISSUER: 'https://id.example.org' }, 'OIDC_ISSUER'],
    [
      'an identity provider on another machine by plain http',
      { ...OIDC, OIDC_ISSUER: 'http://id.example.org', PUBLIC_URL: 'https://hub.example.org' },
      'OIDC_ISSUER',
    ],
    ['a role that does not exist', { OIDC_ROLES: 'team=owner' }, 'OIDC_ROLES'],
    ['a role of no one', { OIDC_ROLES: '=admin' }, 'OIDC_ROLES'],
    ['the embedded installation open to all', { HOST: '0.0.0.0' }, 'HOST'],
    ['the same with a word only', { HOST: '::', PUBLIC_BIND: 'yes' }, 'HOST'],
    ['the same in production only', { HOST: '10.0.0.1', NODE_ENV: 'production' }, 'HOST'],
    [
      'the supervised child of an embedded installation',
      { HOST: '0.0.0.0', DATABASE_URL: 'postgres://h/x', CONTENTHUB_EMBEDDED: '1' },
      'HOST',
    ],
  ])('refuses %s', (_, env, variable) => {
    expect(problemsOf(env)).toEqual([variable]);
  });

  it('refuses a first API key that is none, and does not show it', () => {
    expect(problemsOf({ FIRST_API_KEY: 'ct_live_short' })).toEqual(['FIRST_API_KEY']);
    expect(() => loadSettings({ FIRST_API_KEY: 'canary-7f3a' })).toThrow(/^(?![^]*canary)[^]*contenthub key generate/);
    expect(problemsOf({ FIRST_API_KEY: generateApiKey() })).toEqual([]);
  });

  it('opens to other machines when it is meant', () => {
    expect(problemsOf({ HOST: '0.0.0.0', PUBLIC_BIND: 'yes', NODE_ENV: 'production' })).toEqual([]);
    expect(problemsOf({ HOST: '0.0.0.0', DATABASE_URL: 'postgres://h/x' })).toEqual([]);
    expect(['localhost', '127.9.9.9', '::1', '[::1]', '0.0.0.0', 'example.org'].map(isLoopbackHost)).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it('never shows a secret', () => {
    const secret = 'canary-7f3a';
    const settings = loadSettings({
      DATABASE_URL: `postgres://u:${secret}%40@h/x`,
      WEBHOOK_SECRET_KEY: secret,
      REDIS_URL: `redis://:%zz${secret}@h`,
    });
    expect(`${inspect(settings)} ${JSON.stringify(settings)}`).not.toContain(secret);
    expect(settings.secrets).toEqual(expect.arrayContaining([`${secret}%40`, `${secret}@`, secret, `%zz${secret}`]));
    for (const name of ['DATABASE_URL', 'REDIS_URL', 'PORT', 'WEBHOOK_URL'])
      expect(() => loadSettings({ [name]: secret })).toThrow(/^(?![^]*canary)/);
  });

  it('gives variables of other names as secrets only', () => {
    const settings = loadSettings({ SPACE_TOKEN: ' canary-7f3a\n', EMPTY: ' ' });
    expect(settings.secrets).toEqual([]);
    expect([settings.secretVariable('SPACE_TOKEN'), settings.secretVariable('SPACE_TOKEN')]).toEqual(['canary-7f3a', 'canary-7f3a']);
    expect([settings.secretVariable('EMPTY'), settings.secretVariable('UNSET')]).toEqual([undefined, undefined]);
    expect(settings.secrets).toEqual(['canary-7f3a']);
    expect(`${inspect(settings, { showHidden: true })} ${JSON.stringify(settings)}`).not.toContain('canary');
  });
});

describe('the settings table', () => {
  it('names a property for each variable', () => {
    const settings = loadSettings({});
    for (const name of Object.keys(SETTINGS_TABLE)) expect(Object.keys(settings)).toContain(propertyOf(name));
  });

  it('is what .env.example says', () => {
    // To renew: node -e "import('./src/platform/config/env-example.ts').then((m) => fs.writeFileSync('.env.example', m.renderEnvExample()))"
    expect(readFileSync('.env.example', 'utf8')).toBe(renderEnvExample());
  });

  it('accepts its own examples', () => {
    const lines = renderEnvExample().match(/^#[A-Z_]+=.*$/gm) ?? [];
    expect(lines.length).toBeGreaterThan(30);
    const env = Object.fromEntries(lines.map((line) => line.slice(1).split('=') as [string, string]));
    expect(loadSettings(env)).toEqual(loadSettings({}));
  });
});

it('knows the version of the product', () => {
  expect(productVersion()).toBe((JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }).version);
});

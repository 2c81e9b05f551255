import { describe, expect, it } from '@jest/globals';
import { programEnvironment } from './program-environment.ts';

const KEY = 'ch_live_0123456789';
const ENV = {
  PATH: '/bin',
  HOME: '/home/a',
  LANG: 'de_DE.UTF-8',
  LC_ALL: 'C',
  TZ: 'UTC',
  TMPDIR: '/tmp',
  NODE_EXTRA_CA_CERTS: '/ca.pem',
  APP_TOKEN: KEY,
  DATABASE_URL: 'postgres://user:secret@db/x',
  AWS_SECRET_ACCESS_KEY: 'secret',
  HTTPS_PROXY: 'http://user:secret@proxy',
  MODEL: 'large',
  MY_KEY: `Bearer ${KEY}`,
  GONE: undefined,
};

describe('programEnvironment', () => {
  it('passes an allow-list, and what is named', () => {
    const { PATH, HOME, LANG, LC_ALL, TZ, TMPDIR, NODE_EXTRA_CA_CERTS, MODEL, HTTPS_PROXY } = ENV;
    expect(programEnvironment(ENV, [], KEY)).toEqual({ PATH, HOME, LANG, LC_ALL, TZ, TMPDIR, NODE_EXTRA_CA_CERTS });
    expect(programEnvironment(ENV, ['MODEL', 'HTTPS_PROXY'], KEY)).toMatchObject({ PATH, MODEL, HTTPS_PROXY });
  });

  it('never passes the API key', () => {
    expect(() => programEnvironment(ENV, ['APP_TOKEN'], undefined)).toThrow('The variable APP_TOKEN holds the API key');
    expect(() => programEnvironment({ CONTENTHUB_KEY: 'k' }, ['CONTENTHUB_KEY'], undefined)).toThrow('holds the API key');
    expect(() => programEnvironment(ENV, ['MY_KEY'], KEY)).toThrow('The variable MY_KEY holds the API key');
    expect(Object.values(programEnvironment({ ...ENV, HOME: KEY }, [], KEY))).not.toContain(KEY);
  });

  it.each(['GONE', 'MISSING'])('rejects %s, which is not set', (name) => {
    expect(() => programEnvironment(ENV, [name], KEY)).toThrow(`The variable ${name} of --env is not set`);
  });
});

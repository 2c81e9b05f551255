import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { request } from 'node:http';
import { SignInLinkStore } from '../../src/platform/auth/sign-in/sign-in-link.store.ts';
import { startApplication, type TestApplication } from '../support/application.ts';
import { PeopleClient } from './people-client.ts';

const PUBLIC_URL = 'https://hub.example.org';

let server: TestApplication;
let cookie: string;

beforeAll(async () => {
  server = await startApplication({ settings: { PUBLIC_URL, TRUSTED_PROXY: '1' } });
  cookie = await new PeopleClient(server).cookie({ code: (await server.app.get(SignInLinkStore).issueCode()).token });
});
afterAll(() => server.close());

interface Reply {
  status: number;
  code: unknown;
  cookie: string | undefined;
}

/** With plain HTTP: fetch sets Sec-Fetch-Mode, and forbids Origin and Host. */
function send(method: string, path: string, headers: Record<string, string | undefined>, body?: object): Promise<Reply> {
  const sent = Object.fromEntries(Object.entries(headers).filter((header): header is [string, string] => header[1] !== undefined));
  return new Promise((resolve, reject) => {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const type = text === undefined ? {} : { 'content-type': 'application/json' };
    const outgoing = request(server.url + path, { method, headers: { ...type, ...sent } }, (response) => {
      let answer = '';
      response.setEncoding('utf8').on('data', (part: string) => (answer += part));
      response.on('end', () => {
        const { code } = (answer.startsWith('{') ? JSON.parse(answer) : {}) as { code?: unknown };
        resolve({ status: response.statusCode ?? 0, code, cookie: response.headers['set-cookie']?.[0] });
      });
    });
    outgoing.on('error', reject).end(text);
  });
}

const UNKNOWN = '01926f3e-7b3a-7c1d-9a5e-2f4b6c8d0e1f';
/** Of objects that do not exist: another status than 403 once the request is accepted. */
const PATHS: Record<string, string> = {
  GET: `/batches/${UNKNOWN}`,
  POST: `/executions/${UNKNOWN}/retry`,
  PUT: `/accounts/${UNKNOWN}/prompts/outline`,
  PATCH: `/topics/${UNKNOWN}`,
  DELETE: `/topics/${UNKNOWN}`,
};
const isRefused = async (method: string, site: string | undefined, origin: string | undefined): Promise<boolean> => {
  const path = PATHS[method] ?? '';
  const { status, code } = await send(method, path, { cookie, 'sec-fetch-site': site, origin });
  expect([401, 500].includes(status)).toBe(false);
  expect(code === 'cross_site_request').toBe(status === 403);
  return status === 403;
};

const OWN = () => new URL(server.url).origin;
const EVIL = () => 'https://evil.example';

describe('a request with a cookie', () => {
  const READS: [string | undefined, string, boolean][] = [
    [undefined, 'none', true],
    ['same-origin', 'none', true],
    ['none', 'none', true],
    ['same-site', 'none', false],
    ['cross-site', 'none', false],
    [undefined, 'own', true],
    ['same-origin', 'own', true],
    ['none', 'own', true],
    ['same-site', 'own', false],
    ['cross-site', 'own', false],
    [undefined, 'public', true],
    ['same-origin', 'public', true],
    ['cross-site', 'public', false],
    [undefined, 'evil', false],
    ['same-origin', 'evil', false],
    ['none', 'evil', false],
    ['cross-site', 'evil', false],
    [undefined, 'null', false],
    ['same-origin', 'null', false],
    ['none', 'suffix', false],
    ['same-origin', 'scheme', false],
  ];
  /** A write must prove that it comes from a page of this server. */
  const writes = READS.map(([site, origin, accepted]): [string | undefined, string, boolean] => [
    site,
    origin,
    accepted && site !== 'none' && !(site === undefined && origin === 'none'),
  ]);
  const ORIGINS: Record<string, () => string | undefined> = {
    none: () => undefined,
    own: OWN,
    public: () => PUBLIC_URL,
    evil: EVIL,
    null: () => 'null',
    suffix: () => `${OWN()}.evil.example`,
    scheme: () => OWN().replace('http', 'https'),
  };

  it.each(READS)('GET, Sec-Fetch-Site %s, Origin %s: accepted %s', async (site, origin, accepted) => {
    expect(await isRefused('GET', site, ORIGINS[origin]?.())).toBe(!accepted);
  });

  describe.each(['POST', 'PUT', 'PATCH', 'DELETE'])('%s', (method) => {
    it.each(writes)('Sec-Fetch-Site %s, Origin %s: accepted %s', async (site, origin, accepted) => {
      expect(await isRefused(method, site, ORIGINS[origin]?.())).toBe(!accepted);
    });
  });
});

it('the origin follows X-Forwarded-* of a trusted proxy', async () => {
  const headers = { cookie, 'x-forwarded-host': 'cms.example.org', 'x-forwarded-proto': 'https', 'x-forwarded-for': '192.0.2.7' };
  const path = '/topics/01926f3e-7b3a-7c1d-9a5e-2f4b6c8d0e1f';
  expect((await send('DELETE', path, { ...headers, origin: 'https://cms.example.org', 'sec-fetch-site': 'same-origin' })).code).not.toBe(
    'cross_site_request',
  );
  expect((await send('DELETE', path, { ...headers, origin: 'https://cms.example.com' })).code).toBe('cross_site_request');
});

it('a request with a key is accepted from every page: a browser does not add the header by itself', async () => {
  const authorization = `Bearer ${server.key}`;
  const { status } = await send('GET', '/tasks', { authorization, cookie, 'sec-fetch-site': 'cross-site', origin: EVIL() });
  expect(status).toBe(200);
});

describe('a sign-in', () => {
  it.each<[string | undefined, (() => string) | undefined, boolean]>([
    [undefined, undefined, true],
    ['same-origin', OWN, true],
    [undefined, OWN, true],
    ['cross-site', EVIL, false],
    ['same-site', OWN, false],
    [undefined, EVIL, false],
    ['none', undefined, false],
  ])('Sec-Fetch-Site %s, Origin %s: accepted %s', async (site, origin, accepted) => {
    const headers = { 'sec-fetch-site': site, origin: origin?.() };
    const { status, code, cookie: given } = await send('POST', '/session', headers, { key: server.key });
    expect([status, code, given !== undefined]).toEqual(accepted ? [200, undefined, true] : [403, 'cross_site_request', false]);
    const byLink = await send('POST', '/session/password', headers, { link: 'x', password: 'x' });
    expect(byLink.status).toBe(accepted ? 401 : 403);
  });

  it('sets a cookie for https only where PUBLIC_URL is https', async () => {
    const { cookie: given } = await send('POST', '/session', {}, { key: server.key });
    expect(given).toMatch(/; HttpOnly; SameSite=Lax; Secure$/);
  });
});

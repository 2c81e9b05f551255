import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { request } from 'node:http';
import { CONTENT_POLICIES, type ContentPolicyName } from '../../src/platform/http/content-policy.ts';
import { type MiniApp, startMiniApp } from './mini-app.ts';

let mini: MiniApp;
beforeAll(async () => {
  mini = await startMiniApp();
});
afterAll(() => mini.app.close());

/** The path is sent unchanged; fetch would normalise it. */
function policyAt(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port: mini.port, method, path, headers: { host: 'localhost', ...headers } }, (response) => {
      response.resume();
      resolve(response.headers['content-security-policy']?.toString());
    })
      .once('error', reject)
      .end();
  });
}

describe('the Content-Security-Policy of a route', () => {
  it.each<[string, string, ContentPolicyName]>([
    ['JSON', '/', 'data'],
    ['a refusal', '/things', 'data'],
    ['an error of a handler', '/things/throw/secret', 'data'],
    ['an unknown path', '/nowhere', 'data'],
    ['a path that cannot be decoded', '/things/%zz', 'data'],
    ['a path beside the documentation', '/docs-of-something-else', 'data'],
    ['a refusal of a page', '/things/page', 'page'],
    ['Swagger UI', '/docs', 'docs'],
    ['Swagger UI with a slash', '/docs/', 'docs'],
    ['a script of Swagger UI', '/docs/swagger-ui-bundle.js', 'docs'],
    ['Swagger UI by another spelling', '/%64ocs', 'docs'],
    ['the OpenAPI document', '/openapi.json', 'docs'],
  ])('of %s (%s) is that of %s', async (_what, path, name) => {
    expect(await policyAt(path)).toBe(CONTENT_POLICIES[name]);
  });

  it('is declared by the route itself, for HEAD too', async () => {
    const key = { authorization: `Bearer ${mini.keys.admin}` };
    expect(await policyAt('/things/page', key)).toBe(CONTENT_POLICIES.page);
    expect(await policyAt('/things/page', key, 'HEAD')).toBe(CONTENT_POLICIES.page);
    expect(await policyAt('/things/whoami', key)).toBe(CONTENT_POLICIES.data);
  });

  it('lets no page load anything from another place', () => {
    for (const policy of Object.values(CONTENT_POLICIES)) {
      expect(policy).toMatch(/^default-src '(none|self)'/);
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toMatch(/https?:|\*|'unsafe-eval'|script-src/);
    }
  });
});

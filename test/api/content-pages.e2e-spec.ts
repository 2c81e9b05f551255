import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { PreviewLinks } from '../../src/content/contents/preview-link.ts';
import { executorOf, Pools } from '../../src/platform/database/pools.ts';
import { sharedSecret } from '../../src/platform/database/shared-secret.ts';
import type { ProblemBody } from '../../src/platform/http/problem.ts';
import { startApplication, type TestApplication } from '../support/application.ts';
import { type Content, ContentClient, SOURCES } from './content-client.ts';

let server: TestApplication;
let client: ContentClient;

beforeAll(async () => {
  server = await startApplication();
  client = new ContentClient(server.http);
});
afterAll(() => server.close());

describe('pictures and pages', () => {
  const anonymous = { authorization: undefined };
  let content: Content;
  let path: string;

  beforeAll(async () => {
    content = await client.generate({ account: (await client.createAccount({ sources: SOURCES })).name });
    path = content.previewUrl.slice(server.url.length);
  });

  it('the cover is an SVG without scripts', async () => {
    const { status, headers, text } = await server.http('GET', content.coverUrl ?? '');
    expect([status, headers.get('content-type')]).toEqual([200, 'image/svg+xml; charset=utf-8']);
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none';/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(text).toMatch(/^<svg[^>]* xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    expect(text).not.toMatch(/<script|<foreignObject|\son\w+=|href=/i);
    expect((await server.http('GET', content.coverUrl ?? '', undefined, anonymous)).status).toBe(401);
  });

  it('the preview opens without a key', async () => {
    const { status, headers, text } = await server.http('GET', path, undefined, anonymous);
    expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'unsafe-inline'; img-src data:/);
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(text).toContain(`<title>${content.title}</title>`);
    expect(text).toContain('No model wrote or changed a word');
  });

  it('a preview link of another process on the same database opens too', async () => {
    const asked = await Promise.all([1, 2].map(() => sharedSecret(executorOf(server.app.get(Pools).api), 'preview-links')));
    for (const secret of asked) {
      const link = new PreviewLinks(secret).create(content.id);
      expect((await server.http('GET', link, undefined, anonymous)).status).toBe(200);
    }
    const other = await sharedSecret(executorOf(server.app.get(Pools).api), 'another');
    expect([other.length, other.equals(asked[0] as Buffer)]).toEqual([32, false]);
  });

  it.each([
    ['forged', () => path.replace(/signature=.{4}/, 'signature=AAAA')],
    ['without its signature', () => path.replace(/signature=.*/, 'signature=')],
    ['extended', () => path.replace(/expires=(\d+)/, (_, seconds: string) => `expires=${Number(seconds) + 60}`)],
    ['of another content', () => path.replace(content.id, '01926f3e-7b3a-7c1d-9a5e-2f4b6c8d0e1f')],
    ['that has expired', () => server.app.get(PreviewLinks).create(content.id, Date.now() - 25 * 3_600_000)],
    ['with another spelling of its end', () => path.replace('expires=', 'expires=0')],
    ['that expires never', () => path.replace(/expires=\d+/, 'expires=NaN')],
  ])('a preview link %s is rejected', async (_what, forge) => {
    const { status, body, headers } = await server.http<ProblemBody>('GET', forge(), undefined, anonymous);
    expect([status, body.code]).toEqual([403, 'preview_expired']);
    expect(headers.get('content-type')).toContain('application/problem+json');
    expect(body.instance).toBe(new URL(forge(), server.url).pathname); // the signature is not repeated
  });
});

describe('hostile text', () => {
  const HOSTILE = '<script>alert(1)</script><img src=x onerror=alert(1)> [x](javascript:alert(1)) "onmouseover="alert(1)';

  function expectInert(html: string): void {
    const tags = (html.match(/<[a-z/!][^>]*>/gi) ?? []).join('\n');
    expect(tags).not.toMatch(/<(script|iframe|object|embed|form|base)\b/i);
    expect(tags.replaceAll(/"[^"]*"/g, '""')).not.toMatch(/\son\w+\s*=/i); // inside quotes it is text
    expect(tags).not.toMatch(/\b(href|src)\s*=\s*["']?\s*javascript:/i);
  }

  async function expectInertEverywhere({ id, previewUrl, coverUrl }: Content): Promise<void> {
    expectInert((await client.getContent(id)).bodyHtml);
    const page = (await server.http('GET', previewUrl.slice(server.url.length))).text;
    expectInert(page);
    expect(page).toContain('&lt;script&gt;');
    const cover = (await server.http('GET', coverUrl ?? '')).text;
    expectInert(cover);
  }

  it('in a topic is shown as text', async () => {
    const { name } = await client.createAccount({ name: `<script>alert(1)</script>` });
    const content = await client.generate({ account: name, topic: HOSTILE, keywords: ['<b>x</b>'], requirements: HOSTILE, tone: HOSTILE });
    expect(content.title).toContain('<script>alert(1)</script>'); // the reader of the JSON escapes it
    await expectInertEverywhere(content);
  });

  it('in notes is shown as text', async () => {
    const sentence = (i: number): string =>
      `In ${2000 + i} the town of Ulm stored ${i} megawatt-hours of heat <script>alert(${i})</script> in a tank beside the img, the src, the onerror, the javascript, the script and the onmouseover. `;
    const text = Array.from({ length: 40 }, (_, i) => sentence(i + 1)).join('');
    const { name } = await client.createAccount({ name: `<script>notes</script>`, sources: [{ type: 'notes', name: HOSTILE, text }] });
    const content = await client.generate({ account: name, topic: HOSTILE });
    expect(content.kind).toBe('digest');
    await expectInertEverywhere(content);
  });

  it('in an edit is shown as text', async () => {
    const content = await client.generate({ account: (await client.createAccount()).name, topic: 'Tides' });
    const edited = await client.patch(
      `/contents/${content.id}`,
      { title: HOSTILE, summary: HOSTILE, bodyMarkdown: `${HOSTILE}\n\nafter` },
      '"v1"',
    );
    expect(edited.status).toBe(200);
    expect(edited.body.bodyHtml).toContain('after');
    await expectInertEverywhere(content);
  });

  it.each([
    ['2,000 nested lists', '- '.repeat(2_000)],
    ['5,000 nested quotes', '> '.repeat(5_000)],
  ])('of %s is rendered once, and each view shows the stored page', async (_, marks) => {
    const content = await client.generate({ account: (await client.createAccount()).name, topic: 'Tides' });
    const edited = await client.patch(`/contents/${content.id}`, { bodyMarkdown: `${marks}x` }, '"v1"');
    expect([edited.status, edited.body.bodyHtml]).toEqual([200, `<pre>${marks.replaceAll('>', '&gt;')}x</pre>`]);
    // A page that is rendered again would not contain this text, which is not in the Markdown.
    await server.app.get(DataSource).query('UPDATE contents SET body_html = $2 WHERE id = $1', [content.id, '<p>as stored</p>']);
    const page = await server.http('GET', content.previewUrl.slice(server.url.length), undefined, { authorization: undefined });
    expect([page.status, page.text.includes('<p>as stored</p>'), page.text.includes('- - -')]).toEqual([200, true, false]);
  });
});

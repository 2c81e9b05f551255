import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FoundLogPage } from '../../src/tasks/logs/logs.dto.ts';
import type { TaskContext } from '../../src/tasks/definitions/task-context.ts';
import { startApplication, type TestApplication, type Wire } from '../support/application.ts';
import { waitFor } from '../support/wait-for.ts';

const LINES = 2_500;
let server: TestApplication;
let id = '';

beforeAll(async () => {
  const chatty = {
    name: 'chatty',
    handle({ log }: TaskContext): Promise<object> {
      log.info('begin\u001b[31m', { page: 1 });
      return Promise.resolve({});
    },
  };
  server = await startApplication({ handlers: [chatty] });
  id = (await server.http<{ executionId: string }>('POST', '/tasks/chatty/execute/api', {})).body.executionId;
  await waitFor(async () => (await server.http<{ status: string }>('GET', `/executions/${id}`)).body.status === 'completed', {
    what: 'the end',
  });
  await server.sql(
    `INSERT INTO task_logs (task_id, seq, attempt, at, level, message)
     SELECT $1, n, 1, now(), CASE WHEN n % 100 = 0 THEN 'error' WHEN n % 10 = 0 THEN 'warn' ELSE 'info' END, 'Line ' || n || CASE WHEN n % 7 = 0 THEN ' 100% Done' ELSE '' END
     FROM generate_series(2, $2::int) AS n`,
    [id, LINES],
  );
});
afterAll(() => server.close());

async function page(query: string): Promise<Wire<FoundLogPage>> {
  const { status, body } = await server.http<Wire<FoundLogPage>>('GET', `/executions/${id}/logs?${query}`);
  expect(status).toBe(200);
  return body;
}
const seqs = ({ items }: Wire<FoundLogPage>) => items.map(({ seq }) => seq);

describe('the log of an execution', () => {
  it('is read from its end to its beginning', async () => {
    let before: number | null = LINES + 1;
    const seen: (number | null)[] = [];
    while (before !== null) {
      const one: Wire<FoundLogPage> = await page(`before=${before}&limit=1000`);
      expect(one.truncated).toBe(one.prevBefore !== null);
      seen.unshift(...seqs(one));
      before = one.prevBefore;
    }
    expect(seen).toEqual(Array.from({ length: LINES }, (_, i) => i + 1));
  });

  it('is filtered by levels, and counted', async () => {
    const found = await page('level=error&level=warn&limit=10');
    expect([seqs(found), found.matches]).toEqual([[10, 20, 30, 40, 50, 60, 70, 80, 90, 100], 250]);
    expect(found.nextUrl).toContain('level=error&level=warn');
    const next = (await server.http<Wire<FoundLogPage>>('GET', found.nextUrl ?? '')).body;
    expect(seqs(next)[0]).toBe(110);
    expect(seqs(await page('level=error&before=2500&limit=2'))).toEqual([2_300, 2_400]);
  });

  it('is searched as a whole, with the exact number of lines', async () => {
    const found = await page('q=100%25+done&limit=3');
    expect([seqs(found), found.matches]).toEqual([[7, 14, 21], 357]);
    expect(await page('q=100_done')).toMatchObject({ items: [], matches: 0, truncated: false });
    expect((await page('q=done&level=error')).matches).toBe(3);
    expect((await page('limit=1')).matches).toBeNull();
  });

  it('is downloaded as text, one line for each', async () => {
    const { headers, text } = await server.http('GET', `/executions/${id}/logs.txt`);
    expect([headers.get('content-type'), headers.get('content-disposition')]).toEqual([
      'text/plain; charset=utf-8',
      `attachment; filename="${id}.log.txt"`,
    ]);
    const lines = text.trimEnd().split('\n');
    expect(lines).toHaveLength(LINES);
    expect(lines[0]).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z info {2}begin.*\{"page":1\}$/);
    expect(text).not.toContain('\u001b');
    expect(lines.at(-1)).toMatch(/ error Line 2500$/);
    expect((await server.http('GET', `/executions/${id}/logs.txt?level=error`)).text.trimEnd().split('\n')).toHaveLength(25);
  });

  it.each(['level=fatal', 'q=', 'before=-1', `q=${'x'.repeat(201)}`])('rejects %s', async (query) => {
    expect((await server.http('GET', `/executions/${id}/logs?${query}`)).status).toBe(400);
  });
});

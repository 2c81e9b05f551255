import { afterAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keyLines } from '../../src/app/welcome.ts';
import { waitFor } from '../support/wait-for.ts';
import { Server } from './server.ts';
import { SlowFeed } from './slow-feed.ts';

interface Line {
  level: number;
  time: number;
  msg: string;
}

const folder = mkdtempSync(join(tmpdir(), 'contenthub-output-'));
const feed = new SlowFeed();
let server: Server | undefined;
afterAll(async () => {
  await server?.remove();
  await feed.stop();
  rmSync(folder, { recursive: true, force: true });
});

const linesOf = (output: string): Line[] =>
  output
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);

describe('with LOG_FORMAT=json', () => {
  it('every line is JSON from the start to the end, and none contains the key', async () => {
    await feed.start();
    server = new Server({ LOG_FORMAT: 'json', LOG_LEVEL: 'info', EGRESS_ALLOW_PRIVATE: feed.host });
    await server.start();
    server.killApplication();
    await waitFor(() => Promise.resolve(server?.output.includes('The application process ended (SIGKILL)')), {
      what: 'the word of the supervisor',
    });
    await waitFor(() => Promise.resolve(server?.output.match(/"msg":"ContentHub http/g)?.length === 2), {
      what: 'the second start',
      timeoutMs: 30_000,
    });
    const source = { type: 'rss', name: 'Energy', location: `http://${feed.host}/feed.xml` };
    const account = await server.call<{ id: string }>('POST', '/accounts', { name: 'energy', platform: 'blog', sources: [source] });
    await server.call('POST', '/content-tasks', { accountId: account.id });
    await waitFor(() => Promise.resolve(feed.requests > 0), { what: 'the task to run' });
    const stopped = server.stop();
    await waitFor(() => Promise.resolve(server?.output.includes('Draining: 1 running task has up to 20 s to end')), {
      what: 'the drain to be shown',
    });
    feed.release();
    expect(await stopped).toBe(0);

    const texts = linesOf(server.output).map(({ msg }) => msg);
    for (const start of [
      'Node ',
      'ContentHub http',
      'API key   in ',
      'Stopping; Ctrl-C again',
      'Draining: 1 ',
      'Drained after ',
      'Stopped after ',
    ]) {
      expect(texts).toContainEqual(expect.stringMatching(new RegExp(`^${start}`)));
    }
    const key = readFileSync(join(server.dataDir, 'api-key'), 'utf8').trim();
    expect(server.output).not.toContain(key);
  });

  it('a rejected start ends at once with 78, in JSON too', async () => {
    const file = join(folder, 'tasks.yaml');
    writeFileSync(file, 'tasks:\n- name: to-reports\n  queue: reports\n  request: {method: GET, url: "https://h.example/"}\n');
    const refused = new Server({ LOG_FORMAT: 'json', TASKS_FILE: file });
    expect(await refused.startInVain()).toBe(78);
    const texts = linesOf(refused.output).map(({ msg }) => msg);
    expect(texts.filter((text) => text.includes(`The task "to-reports" of ${file} has the queue "reports"`))).toHaveLength(1);
    await refused.remove();
  });
});

it('the first key is printed only to a terminal', () => {
  const file = '/data/api-key';
  expect(keyLines('ct_live_x', file, true).join()).toContain('ct_live_x');
  expect(keyLines('ct_live_x', file, false)).toEqual(['  API key   in /data/api-key (0600), where the CLI finds it']);
});

describe('two starts in one folder', () => {
  it('at the same moment: one serves, the other names the process that has the folder', async () => {
    const first = new Server();
    const second = new Server();
    Object.assign(second, { dataDir: first.dataDir });
    const ends = await Promise.race([first.startInVain(), second.startInVain()]);
    expect(ends).toBe(1);
    const both = `${first.output}${second.output}`;
    expect(both).toMatch(/Another process is starting with the data folder \S+ \(process \d+\)|The server already runs at/);
    expect(await first.url()).toMatch(/^http:/);
    expect(both).not.toContain('EADDRINUSE');
    await Promise.all([first.stop(), second.stop()]);
    await first.remove();
  });
});

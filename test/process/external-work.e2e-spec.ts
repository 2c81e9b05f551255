import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '../support/wait-for.ts';
import { Server } from './server.ts';

interface ContentTask {
  taskId: string;
  status: string;
  contentId: string | null;
  retryCount: number;
  completedAt: string | null;
  errorMessage: string | null;
}

/** The public tool takes no id, so a killed `create` leaves work that only its list shows. */
describe('kill -9 while a program accepts work', () => {
  let server: Server;
  let folder: string;
  const tasks = (): unknown[] => {
    const file = join(folder, 'tasks.json');
    return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8') || '[]') as unknown[]) : [];
  };

  beforeAll(async () => {
    const names = ['LLM_API_KEY', 'LLM_BASE_URL', 'TAVILY_API_KEY', 'ARK_API_KEY', 'REDIS_URL'];
    server = new Server({
      CREATOR_CLI_PATH: resolve('test/creators/programs/content-creator.mjs'),
      CREATOR_CLI_PROFILE: 'content-creator@0.2',
      CREATOR_CLI_ENV: names.map((name) => `${name}=TOOL_${name}`).join(','),
      ...Object.fromEntries(names.map((name) => [`TOOL_${name}`, 'canary-of-the-tool'])),
      ASYNC_POLL_INTERVAL: '1',
      LEASE_TTL_MS: '600000',
    });
    folder = join(server.dataDir, 'creator-cli', 'data');
    mkdirSync(folder, { recursive: true });
    await server.start();
  });
  afterAll(() => server.remove());

  it('finds the work again: one piece of work, one content', async () => {
    writeFileSync(join(folder, 'trouble'), 'redis'); // `create` stores the task and never answers
    const account = await server.call<{ id: string }>('POST', '/accounts', { name: 'tool', platform: 'blog', creator: 'cli' });
    const { taskId } = await server.call<ContentTask>('POST', '/content-tasks', { accountId: account.id, topic: 'Tides of the north' });
    await waitFor(async () => tasks().length === 1, { what: 'the tool to store the task' });
    rmSync(join(folder, 'trouble'));
    server.killApplication();
    const ended = await waitFor(
      async () => {
        const task = await server.call<ContentTask>('GET', `/content-tasks/${taskId}`);
        return task.completedAt !== null && task;
      },
      { what: 'the task to end', timeoutMs: 60_000 },
    );
    expect(ended).toMatchObject({ status: 'completed', contentId: expect.any(String) });
    expect(tasks()).toHaveLength(1);
  });
});

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { RECORD_SUBMITTED } from '../../src/content/generation/creator-work.sql.ts';
import { CreationError } from '../../src/creators/creation-error.ts';
import type { ExternalStatus } from '../../src/creators/creator.ts';
import { CreatorRegistry } from '../../src/creators/creator.registry.ts';
import { startApplication, type TestApplication } from '../support/application.ts';
import { waitFor } from '../support/wait-for.ts';
import { ContentClient, type ContentTask } from '../api/content-client.ts';
import { ScriptedCreator } from './scripted-creator.ts';

let server: TestApplication;
let client: ContentClient;
let creator: ScriptedCreator;
let account: string;
beforeAll(async () => {
  server = await startApplication({ settings: { ASYNC_TASK_TIMEOUT: '600' } });
  client = new ContentClient(server.http);
});
afterAll(() => server.close());
afterEach(() => server.sql('DELETE FROM content_fingerprints'));

/** The registry keeps a name for one creator, so each test has another. */
async function start(name: string, script: Partial<Pick<ScriptedCreator, 'submitting' | 'polled' | 'text'>>): Promise<ContentTask> {
  creator = Object.assign(new ScriptedCreator(), script);
  server.app.get(CreatorRegistry).register(name, creator);
  account = (await client.createAccount({ creator: name })).id;
  return (await client.submit({ accountId: account, topic: `Tides ${name}`, allowDuplicate: true })).body;
}
const works = (task: ContentTask) =>
  server.sql<{ state: string; externalId: string | null; error: string | null }>(
    `SELECT state, external_id AS "externalId", error FROM creator_work WHERE task_id = $1 ORDER BY started_at, id`,
    [task.id],
  );

describe('work that is handed over to another system', () => {
  it('is repeated with its key after a lost answer', async () => {
    const lost = new CreationError('timeout', 'no answer');
    const task = await start('lost-answer', { submitting: (count) => (count === 1 ? Promise.reject(lost) : Promise.resolve('w-lost')) });
    expect(await client.ended(task.taskId)).toMatchObject({ status: 'completed', retryCount: 1 });
    const key = creator.submissions[0]?.key;
    expect(creator.submissions).toEqual([
      { key, repeated: false },
      { key, repeated: true },
    ]);
    expect(await works(task)).toEqual([{ state: 'completed', externalId: 'w-lost', error: null }]);
  });

  it('keeps the id of the first answer, which a stale worker got for the same hand-over', async () => {
    const submitting = async () => {
      await server.sql(RECORD_SUBMITTED, [creator.submissions[0]?.key, 'w-stale']);
      return 'w-later';
    };
    const task = await start('stale', { submitting });
    expect(await client.ended(task.taskId)).toMatchObject({ status: 'completed', retryCount: 0 });
    expect(await works(task)).toEqual([{ state: 'completed', externalId: 'w-stale', error: null }]);
  });

  it('that failed there is handed over anew, with another key', async () => {
    const failed: ExternalStatus = { state: 'failed', error: new CreationError('transient', 'no\0capacity') };
    const task = await start('failing', { polled: (id) => (id === 'work-1' ? failed : { state: 'completed' }) });
    expect(await client.ended(task.taskId)).toMatchObject({ status: 'completed', retryCount: 1 });
    expect(new Set(creator.submissions.map(({ key }) => key)).size).toBe(2);
    expect(await works(task)).toEqual([
      { state: 'failed', externalId: 'work-1', error: 'no\uFFFDcapacity' },
      { state: 'completed', externalId: 'work-2', error: null },
    ]);
  });

  it('that was refused fails the task and is closed', async () => {
    const refused = new CreationError('invalid_input', 'no such section');
    const task = await start('refusing', { submitting: () => Promise.reject(refused) });
    expect(await client.ended(task.taskId)).toMatchObject({ status: 'failed', errorMessage: 'no such section' });
    expect(await works(task)).toEqual([{ state: 'failed', externalId: null, error: 'no such section' }]);
  });

  it('that was accepted before a crash is used again, and not handed over a second time', async () => {
    const task = await start('crashed', { polled: () => ({ state: 'running', progress: 40, step: 'draft' }) });
    await waitFor(async () => (await works(task))[0]?.state === 'submitted', { what: 'the work to be accepted' });
    // As after a crash between the answer and the end of the attempt: the row is ready again, without its external id.
    await waitFor(
      async () =>
        (
          await server.sql(
            `UPDATE tasks SET status = 'submitted', external_id = NULL, poll_at = NULL, deadline_at = NULL, lease_epoch = lease_epoch + 1,
             version = version + 1, reason = 'rescue', actor = 'test' WHERE id = $1 AND external_id IS NOT NULL RETURNING id`,
            [task.id],
          )
        ).length === 1,
      { what: 'the task to wait' },
    );
    creator.polled = () => ({ state: 'completed' });
    expect(await client.ended(task.taskId)).toMatchObject({ status: 'completed' });
    expect(creator.submissions).toHaveLength(1);
    expect(await works(task)).toEqual([{ state: 'completed', externalId: 'work-1', error: null }]);
  });

  it('is asked to stop when its task is cancelled; a cancel there cancels the task', async () => {
    const running: ExternalStatus = { state: 'running', progress: null, step: null };
    const task = await start('cancelled-here', { polled: () => running });
    await waitFor(async () => (await works(task))[0]?.state === 'submitted', { what: 'the work to be accepted' });
    await waitFor(async () => (await server.sql('SELECT FROM tasks WHERE id = $1 AND external_id IS NOT NULL', [task.id])).length === 1, {
      what: 'the task to wait',
    });
    await server.http('DELETE', `/content-tasks/${task.taskId}`);
    await waitFor(async () => (await works(task))[0]?.state === 'cancelled', { what: 'the work to be closed' });
    expect(creator.cancelled).toEqual(['work-1']);
    const there = await start('cancelled-there', { submitting: () => Promise.resolve('w-there'), polled: () => ({ state: 'cancelled' }) });
    expect(await client.ended(there.taskId)).toMatchObject({ status: 'cancelled' });
    expect(await works(there)).toEqual([{ state: 'cancelled', externalId: 'w-there', error: null }]);
  });

  it('must have an id that no other task of the creator got', async () => {
    const first = await start('one-id', { submitting: () => Promise.resolve('same') });
    await client.ended(first.taskId);
    const second = (await client.submit({ accountId: account, topic: 'Ebb', allowDuplicate: true })).body;
    expect(await client.ended(second.taskId)).toMatchObject({
      status: 'failed',
      errorMessage: expect.stringContaining('which it gave to another task'),
    });
  });
});

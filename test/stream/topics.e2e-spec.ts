import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ContentClient, LATER, SOURCES } from '../api/content-client.ts';
import { startApplication, type TestApplication } from '../support/application.ts';
import { SseClient } from './sse-client.ts';

let server: TestApplication;
let client: ContentClient;
let mine = '';
let theirs = '';
let streams: SseClient[] = [];

beforeAll(async () => {
  server = await startApplication();
  client = new ContentClient(server.http);
  mine = (await client.createAccount({ sources: SOURCES, language: 'en' })).id;
  theirs = (await client.createAccount({ sources: SOURCES, language: 'en' })).id;
});
afterEach(() => {
  for (const stream of streams) stream.cut();
  streams = [];
});
afterAll(() => server.close());

async function open(topics: string, options: { key?: string; lastEventId?: string } = {}): Promise<SseClient> {
  const { key = await server.keyOf('viewer'), lastEventId } = options;
  const stream = await SseClient.open(`${server.url}/events?topics=${topics}`, { key, lastEventId });
  streams.push(stream);
  await stream.until('ready');
  return stream;
}

async function alert(status: string, version: number): Promise<void> {
  const [rule] = await server.sql<{ id: string }>(`SELECT id FROM alert_rules ORDER BY name LIMIT 1`);
  await server.sql(
    `INSERT INTO alerts (id, rule_id, series, status, severity, comparison, threshold, value, started_at, fired_at, reason, actor, version, updated_at)
     VALUES (gen_random_uuid(), $1, $2, $3, 'warning', 'above', 1, 2, now(), now(), 'test', 'test', $4, now())`,
    [rule?.id, JSON.stringify({ test: String(version) }), status, version],
  );
}

describe('the event stream', () => {
  it('tells of reviews, each once, also after an interruption', async () => {
    const stream = await open('contents,executions');
    const content = await client.generate({ accountId: mine, topic: 'Grid storage', autoApprove: false });
    const created = await stream.until('content', ({ contentId }) => contentId === content.id);
    expect(created.data).toMatchObject({
      accountId: mine,
      transition: 'create',
      fromStatus: null,
      reviewStatus: 'pending_review',
      revision: 1,
      version: 1,
    });
    expect(created.data).toMatchObject({ title: content.title, executionId: content.generationTaskId });
    const { lastId } = stream;
    stream.cut();
    await server.http('POST', `/contents/${content.id}/return`, { reasons: ['style'] }, { 'if-match': '*' });
    await server.http('POST', `/contents/${content.id}/submit`, {}, { 'if-match': '*' });
    const other = await open('contents', { lastEventId: lastId });
    await other.until('content', ({ transition }) => transition === 'submit');
    const seen = other.named<{ revision: number }>('content').map(({ data }) => data.revision);
    expect(seen).toEqual([2, 3]);
    expect(other.named('execution')).toEqual([]);
  });

  it('continues with other topics at the same position', async () => {
    const first = await open('executions');
    const task = (await client.submit({ accountId: mine, topic: 'Later', runAt: LATER })).body;
    const submitted = await first.until('execution', ({ executionId }) => executionId === task.executionId);
    expect(submitted.data).toMatchObject({ queue: 'content', subject: 'Later', errorCode: null, startedAt: null, finishedAt: null });
    const second = await open('contents,executions', { lastEventId: submitted.id ?? '' });
    await server.http('DELETE', `/content-tasks/${task.taskId}`);
    await second.until('execution', ({ status }) => status === 'cancelled');
    expect(second.named('execution').filter(({ data }) => data['status'] === 'pending')).toEqual([]);
  });

  it('continues after the id in the address, which a browser can change, unless the header has another', async () => {
    const first = await open('executions');
    const submit = async (topic: string) => (await client.submit({ accountId: mine, topic, runAt: LATER })).body.executionId;
    const ids = [await submit('First'), await submit('Second'), await submit('Third')];
    const [one, two] = await Promise.all(ids.map((id) => first.until('execution', ({ executionId }) => executionId === id)));
    const seenAfter = async (address: string, lastEventId?: string) => {
      const stream = await open(`executions&after=${address}`, { ...(lastEventId !== undefined && { lastEventId }) });
      await stream.until('execution', ({ executionId }) => executionId === ids[2]);
      return stream.named<{ executionId: string }>('execution').map(({ data }) => data.executionId);
    };
    expect(await seenAfter(one?.id ?? '')).toEqual([ids[1], ids[2]]);
    expect(await seenAfter(one?.id ?? '', two?.id)).toEqual([ids[2]]);
  });

  it('shows queues and agents as they are, and when they change', async () => {
    await server.http('POST', '/queues/content/resume');
    const stream = await open('queues,agents');
    await stream.until('agent', ({ kind }) => kind === 'process');
    await server.http('POST', '/queues/content/pause');
    await stream.until('queue', ({ name, paused }) => name === 'content' && paused === true);
    await server.http('POST', '/queues/content/resume');
    await stream.until('queue', ({ name, paused }) => name === 'content' && paused === false);
    const later = await open('queues');
    expect((await later.until('queue', ({ name }) => name === 'content')).data).toMatchObject({ paused: false, running: 0 });
  });

  it('tells of alerts', async () => {
    const stream = await open('alerts');
    await alert('firing', 1);
    const { data } = await stream.until('alert');
    expect(data).toMatchObject({ status: 'firing', fromStatus: null, severity: 'warning', value: 2, version: 1, rule: expect.any(String) });
  });

  it('tells of the entries of the publish pool, each transition once, also after an interruption', async () => {
    const content = await client.generate({ accountId: mine, topic: 'Grid storage', autoApprove: false });
    expect(
      (await server.http('POST', `/accounts/${mine}/channels`, { name: 'site', kind: 'file', config: { mode: 'publish', folder: 'site' } }))
        .status,
    ).toBe(201);
    const stream = await open('pool,executions');
    await server.http('POST', `/contents/${content.id}/approve`, {}, { 'if-match': '*' });
    await server.http('POST', `/contents/${content.id}/publish`, { at: '2035-01-01T09:00' });
    const { data, id } = await stream.until('pool_entry', ({ contentId }) => contentId === content.id);
    expect(data).toMatchObject({
      accountId: mine,
      transition: 'enqueue',
      fromStatus: null,
      status: 'pending',
      revision: 1,
      entryId: expect.any(String),
    });
    stream.cut();
    const path = `/pool/${String(data['entryId'])}`;
    await server.http('POST', `${path}/pull`, {}, { 'if-match': '*' });
    await server.http('POST', `${path}/restore`, undefined, { 'if-match': '*' });
    const other = await open('pool', { lastEventId: id ?? '' });
    await other.until('pool_entry', ({ transition }) => transition === 'restore');
    expect(other.named('pool_entry').map(({ data: { transition, status } }) => [transition, status])).toEqual([
      ['pull', 'pulled'],
      ['restore', 'pending'],
    ]);
    const limited = await open('pool', { key: await server.keyOf('admin', { accountIds: [theirs] }), lastEventId: id ?? '' });
    await server.http('POST', `${path}/pull`, {}, { 'if-match': '*' });
    await other.until('pool_entry', ({ revision }) => Number(revision) > 3);
    expect(limited.named('pool_entry')).toEqual([]);
  });

  it('tells of schedules: what callers change, what fires, and pauses of the product', async () => {
    const stream = await open('schedules');
    const body = { name: 'tidy', taskName: 'task-cleanup', params: { olderThan: 'P3650D' }, trigger: { type: 'once', at: LATER } };
    const { id: scheduleId } = (await server.http<{ id: string }>('POST', '/schedules', body)).body;
    const ofIt = (status: string) => stream.until('schedule', (data) => data['scheduleId'] === scheduleId && data['status'] === status);
    expect((await ofIt('active')).data).toMatchObject({ name: 'tidy', taskName: 'task-cleanup', kind: 'task', version: 1 });
    const count = stream.named('schedule').length;
    await server.http('POST', `/schedules/${scheduleId}/run`);
    await stream.until('schedule', () => stream.named('schedule').length > count);
    await server.http('POST', `/schedules/${scheduleId}/pause`);
    await ofIt('paused');
    await server.http('DELETE', `/schedules/${scheduleId}`, undefined, { 'if-match': '*' });
    await ofIt('deleted');
    await server.http('POST', '/schedules/system/topics/pause');
    const paused = await stream.until('schedule', ({ kind, status }) => kind === 'system' && status === 'paused');
    expect(paused.data).toMatchObject({ scheduleId: null, name: 'topics' });
    await server.http('POST', '/schedules/system/topics/resume');
    await stream.until('schedule', ({ kind, status }) => kind === 'system' && status === 'active');
  });

  it('shows a limited caller the reviews of its accounts', async () => {
    const key = await server.keyOf('admin', { accountIds: [mine] });
    const stream = await open('executions,contents', { key });
    const other = await client.generate({ accountId: theirs, topic: 'Grid storage', autoApprove: false });
    const own = await client.generate({ accountId: mine, topic: 'Grid storage', autoApprove: false });
    await stream.until('content', ({ contentId }) => contentId === own.id);
    expect(JSON.stringify(stream.events)).not.toContain(other.id);
  });

  it.each(['queues', 'agents', 'schedules', 'alerts', 'executions,alerts'])('refuses the topics %s to a limited caller', async (topics) => {
    const key = await server.keyOf('admin', { accountIds: [mine] });
    const { status, body } = await server.http<{ code: string }>('GET', `/events?topics=${topics}`, undefined, {
      authorization: `Bearer ${key}`,
    });
    expect([status, body.code]).toEqual([403, 'topic_forbidden']);
  });
});

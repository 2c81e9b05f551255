import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { SOURCES } from '../api/content-client.ts';
import { json, startStubService } from '../declared/stub-service.ts';
import { waitFor } from '../support/wait-for.ts';
import { Server } from './server.ts';
import { type CollectedSpan, startTraceCollector } from './trace-collector.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const CALLER = '00f067aa0ba902b7';

let database: TestDatabase;
let collector: Awaited<ReturnType<typeof startTraceCollector>>;
let sink: Awaited<ReturnType<typeof startStubService>>;
let api: Server;
let worker: Server;
let accountId: string;

beforeAll(async () => {
  [database, collector, sink] = await Promise.all([createTestDatabase(), startTraceCollector(), startStubService()]);
  sink.answer(json({}));
  const shared = {
    DATABASE_URL: database.url,
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20of-the-collector',
    OPS_PORT: '0',
    LOG_LEVEL: 'debug',
    LOG_FORMAT: 'json',
    SOURCE_ROOTS: 'test/fixtures/sources',
    EGRESS_ALLOW_PRIVATE: sink.host,
    POLL_INTERVAL_MS: '100',
    WEBHOOK_ENABLED: 'true',
    WEBHOOK_URL: `${sink.url}/events`,
    WEBHOOK_SECRET_KEY: 'a text that is no secret of Standard Webhooks',
  };
  api = new Server({ ...shared, APP_ROLES: 'api,scheduler' });
  worker = new Server({ ...shared, APP_ROLES: 'worker', PUBLISH_DIR: `${api.dataDir}/published` });
  await api.start();
  worker.spawn();
  accountId = (
    await api.call<{ id: string }>('POST', '/accounts', {
      name: 'traced',
      platform: 'blog',
      sources: SOURCES,
      publishing: { autoPublish: true },
    })
  ).id;
  await api.call('POST', `/accounts/${accountId}/channels`, { name: 'files', kind: 'file', config: { mode: 'publish', folder: 'traced' } });
});
afterAll(async () => {
  await Promise.all([api.remove(), worker.remove()]);
  await Promise.all([collector.stop(), sink.close(), database.drop()]);
});

const inTrace = () => collector.spans.filter(({ traceId }) => traceId === TRACE);
const find = (name: string) => inTrace().find((span) => span.name === name);
/** From the span to the first one of this process tree. */
function lineage(span: CollectedSpan): string[] {
  const parent = inTrace().find(({ spanId }) => spanId === span.parentId);
  return [span.name, ...(parent ? lineage(parent) : [span.parentId ?? 'none'])];
}

it('one trace leads from the request through two processes to the webhook and the publication', async () => {
  const body = { accountId, topic: 'Grid storage', keywords: ['storage'], autoApprove: true };
  const { executionId } = await api.call<{ executionId: string }>('POST', '/content-tasks', body, {
    traceparent: `00-${TRACE}-${CALLER}-01`,
  });
  // Each process sends its spans on its own, so a child may be here before its parent.
  const isWhole = (name: string) => {
    const span = find(name);
    return span !== undefined && lineage(span).at(-1) === CALLER;
  };
  const whole = () => isWhole('attempt publish-content') && isWhole('attempt deliver-event') && find('complete tasks with effects');
  await waitFor(async () => whole(), { what: 'the publication and the webhook to be in the trace', timeoutMs: 60_000 });

  const request = ['POST /content-tasks', CALLER];
  const generation = ['attempt content-generation', 'submit content-generation', ...request];
  expect(lineage(find('attempt content-generation') as CollectedSpan)).toEqual(generation);
  expect(lineage(find('attempt publish-content') as CollectedSpan)).toEqual([
    'attempt publish-content',
    'submit publish-content',
    ...generation,
  ]);
  expect(lineage(find('attempt deliver-event') as CollectedSpan)).toEqual(['attempt deliver-event', 'submit deliver-event', ...generation]);
  expect(find('attempt content-generation')?.attributes['contenthub.task.id']).toBe(executionId);
  // The statement that completed the article is linked to the attempt that waited for it.
  const [attempt] = inTrace().filter(({ name }) => name === 'attempt content-generation');
  expect(find('complete tasks with effects')).toMatchObject({ parentId: attempt?.spanId, links: [attempt?.spanId] });
  // So is the statement that claimed it, to its submission.
  expect(find('claim content')).toMatchObject({ parentId: attempt?.parentId, links: [attempt?.parentId] });
  // The request and the attempt are of different processes.
  expect(attempt?.process).not.toBe(find('POST /content-tasks')?.process);
  // The receiver of the webhook continues the trace.
  const post = inTrace().find(({ name, parentId }) => name === 'POST' && parentId === find('attempt deliver-event')?.spanId);
  expect(sink.received.map(({ headers }) => headers['traceparent'])).toContain(`00-${TRACE}-${post?.spanId}-01`);
  expect(collector.seen).toContainEqual({ url: '/v1/traces', contentType: 'application/json', authorization: 'Bearer of-the-collector' });
});

it('a caller that does not sample has no spans, and its trace goes on to the handler', async () => {
  const other = 'a'.repeat(32);
  const headers = { traceparent: `00-${other}-${CALLER}-00` };
  const [webhook] = (await api.call<{ items: { id: string }[] }>('GET', '/webhooks')).items;
  await api.call('POST', `/webhooks/${webhook?.id}/test`, undefined, headers);
  await waitFor(async () => sink.received.some(({ headers: sent }) => sent['traceparent'] === headers.traceparent), {
    what: 'the test event',
  });
  expect(collector.spans.filter(({ traceId }) => traceId === other)).toEqual([]);
});

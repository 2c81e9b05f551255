import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { startApplication, type TestApplication } from '../support/application.ts';
import { waitFor } from '../support/wait-for.ts';

let server: TestApplication;
let operator: string;

beforeAll(async () => {
  server = await startApplication();
  operator = await server.keyOf('operator');
});
beforeEach(() => server.sql('DELETE FROM operation_audit'));
afterAll(() => server.close());

const call = (method: string, path: string, body?: unknown) => server.http(method, path, body, { authorization: `Bearer ${operator}` });

/** The rows, once each has the status of its answer. */
const rows = (count: number) =>
  waitFor(
    async () => {
      const found = await server.sql<{ status: number | null }>(
        `SELECT actor_type AS type, actor_name AS name, permission, method, path, status FROM operation_audit ORDER BY id`,
      );
      return found.length === count && found.every(({ status }) => status !== null) && found;
    },
    { what: `${count} rows with a status` },
  );

it('each change by a caller is recorded with the type, id and name of the caller, and the status', async () => {
  await call('POST', '/queues/content/pause');
  await call('POST', '/queues/content/resume');
  await call('PUT', '/queues/content/strategy', { strategy: 'fair' });
  await call('PUT', '/limits/customer-42?x=secret', { maxRunning: 4 });
  await call('PUT', '/limits/customer-42', { maxRunning: 4 });
  await call('DELETE', '/limits/customer-42');
  await call('POST', '/tasks/task-cleanup/pause');
  await call('POST', '/tasks/task-cleanup/resume');
  const by = { type: 'key', name: "the operator's key" };
  expect(await rows(8)).toEqual([
    { ...by, permission: 'queues:operate', method: 'POST', path: '/queues/content/pause', status: 200 },
    { ...by, permission: 'queues:operate', method: 'POST', path: '/queues/content/resume', status: 200 },
    { ...by, permission: 'queues:operate', method: 'PUT', path: '/queues/content/strategy', status: 200 },
    { ...by, permission: 'limits:set', method: 'PUT', path: '/limits/customer-42', status: expect.any(Number) },
    { ...by, permission: 'limits:set', method: 'PUT', path: '/limits/customer-42', status: 200 },
    { ...by, permission: 'limits:set', method: 'DELETE', path: '/limits/customer-42', status: 204 },
    { ...by, permission: 'tasks:pause', method: 'POST', path: '/tasks/task-cleanup/pause', status: 200 },
    { ...by, permission: 'tasks:pause', method: 'POST', path: '/tasks/task-cleanup/resume', status: 200 },
  ]);
  const [{ id } = { id: '' }] = await server.sql<{ id: string }>(`SELECT id FROM api_keys WHERE name = $1`, [by.name]);
  expect(await server.sql('SELECT DISTINCT actor_id AS id FROM operation_audit')).toEqual([{ id }]);
});

it('a change that fails is recorded with its status; reads, refusals and tasks are not recorded here', async () => {
  await call('POST', '/queues/nothing/pause');
  await call('GET', '/queues');
  await call('POST', '/keys', { name: 'x', roles: ['admin'] });
  await call('POST', '/tasks/task-cleanup/execute/api', { params: { olderThan: 'P3650D' } });
  expect(await rows(1)).toEqual([expect.objectContaining({ path: '/queues/nothing/pause', status: 404 })]);
});

it('a change that cannot be recorded is not made', async () => {
  await server.sql('ALTER TABLE operation_audit RENAME TO operation_audit_away');
  try {
    expect((await call('POST', '/queues/content/pause')).status).toBe(500);
  } finally {
    await server.sql('ALTER TABLE operation_audit_away RENAME TO operation_audit');
  }
  expect((await call('GET', '/queues/content')).body).toMatchObject({ paused: false });
});

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PreviewView } from '../../src/alerts/rules/alert-rule.dto.ts';
import { METRIC_NAMES } from '../../src/core/alert/metric-catalogue.ts';
import { startStub } from '../channels/stub-server.ts';
import { runCli } from '../cli/run-cli.ts';
import { temporaryFolder } from '../cli/temporary-folder.ts';
import { type AlertServer, startAlertServer } from './alert-harness.ts';

let server: AlertServer;
let sink: Awaited<ReturnType<typeof startStub>>;
let bodies: string[] = [];
beforeAll(async () => {
  sink = await startStub(({ body }) => {
    bodies.push(body.toString());
    return { status: 200 };
  });
  server = await startAlertServer({ settings: { EGRESS_ALLOW_PRIVATE: `127.0.0.1:${sink.port}` } });
});
afterEach(async () => {
  await server.clear();
  bodies = [];
});
afterAll(async () => {
  await server.close();
  await sink.stop();
});

const preview = async (body: object) => (await server.http<PreviewView>('POST', '/alert-rules/preview', body)).body;

describe('an alert rule', () => {
  it('is created with defaults, changed by its version, and deleted with its alerts', async () => {
    const { status, body, headers } = await server.http('POST', '/alert-rules', { name: 'many', metric: 'backlog', threshold: 50 });
    expect([status, headers.get('etag'), headers.get('location')]).toEqual([201, '"v1"', `/alert-rules/${String(body['id'])}`]);
    expect(body).toMatchObject({
      comparison: 'above',
      forSeconds: 60,
      severity: 'warning',
      repeatSeconds: 14_400,
      enabled: true,
      labels: {},
    });
    const path = `/alert-rules/${String(body['id'])}`;
    expect((await server.http('PATCH', path, { threshold: 60 })).status).toBe(428);
    expect((await server.http('PATCH', path, { threshold: 60 }, { 'if-match': '"v1"' })).body).toMatchObject({ threshold: 60, version: 2 });
    expect((await server.http('PATCH', path, { threshold: 70 }, { 'if-match': '"v1"' })).status).toBe(412);
    await server.addRule({ name: 'other' });
    const taken = await server.http('PATCH', path, { name: 'other' }, { 'if-match': '"v2"' });
    expect([taken.status, taken.body['code']]).toEqual([409, 'alert_rule_name_taken']);
    expect((await server.http('POST', '/alert-rules', { name: 'many', metric: 'backlog', threshold: 1 })).status).toBe(409);
    expect([(await server.http('DELETE', path)).status, (await server.http('GET', path)).status]).toEqual([204, 404]);
  });

  it.each([
    ['metric', { metric: 'tasks; DROP TABLE tasks' }],
    ['threshold', { threshold: '5' }],
    ['labels', { labels: { Team: 'x' } }],
    ['labels', { labels: { team: 5 } }],
    ['forSeconds', { forSeconds: -1 }],
    ['name', { name: 'Two words' }],
  ])('is checked: %s', async (name, changes) => {
    const { status, body } = await server.http<{ errors: object[] }>('POST', '/alert-rules', {
      name: 'x',
      metric: 'backlog',
      threshold: 1,
      ...changes,
    });
    expect([status, body.errors[0]]).toEqual([422, expect.objectContaining({ pointer: `/${name}` })]);
  });

  it('has metrics that can all be read', async () => {
    const { items } = (await server.http<{ items: { name: string }[] }>('GET', '/alert-metrics')).body;
    expect(items.map(({ name }) => name)).toEqual(METRIC_NAMES);
    await server.addRule({ name: 'unreadable', metric: 'unreadable_metrics', threshold: 0, comparison: 'at_least' });
    await server.evaluate();
    expect((await server.alerts()).map(({ value }) => value)).toEqual([0]);
  });

  it('of a part that cannot be read keeps its alerts, and the others are evaluated', async () => {
    const budget = await server.http<{ id: string }>('POST', '/budgets', { name: 'none', period: 'day', amountMicros: 0, currency: 'USD' });
    await server.addRule({ name: 'unreadable', metric: 'unreadable_metrics', threshold: 0 });
    await server.addRule({ name: 'budget', metric: 'budget_used_percent', comparison: 'at_least', threshold: 100 });
    await server.evaluate();
    await server.sql('ALTER TABLE budgets RENAME COLUMN amount_micros TO away');
    try {
      await server.evaluate();
    } finally {
      await server.sql('ALTER TABLE budgets RENAME COLUMN away TO amount_micros');
    }
    const found = (await server.alerts()).map(({ rule, status, value }) => [rule.name, [status, value]]);
    expect(Object.fromEntries(found)).toEqual({ unreadable: ['firing', 1], budget: ['firing', 100] });
    await server.http('DELETE', `/budgets/${budget.body.id}`);
  });

  it('is evaluated against every kind of fact', async () => {
    await server.http('POST', '/budgets', { name: 'spent', period: 'day', amountMicros: 0, currency: 'USD' });
    const trigger = { type: 'every', everyMs: 3_600_000 };
    await server.http('POST', '/schedules', { name: 'hourly', taskName: 'report', trigger });
    await server.sql(`UPDATE schedules SET next_due_at = app_now() + interval '1 day', next_fire_at = app_now() + interval '1 day'`);
    await server.addRule({ name: 'budget', metric: 'budget_used_percent', comparison: 'at_least', threshold: 100 });
    await server.addRule({ name: 'workers', metric: 'workers_online', comparison: 'below', threshold: 99 });
    await server.addRule({ name: 'paused', metric: 'queue_paused_seconds', threshold: 0 });
    await server.sql(
      `INSERT INTO alert_process_reports VALUES ('elsewhere:1', '{"lateLoops":[{"name":"promoter","seconds":90}],"driverProblems":1}', app_clock())`,
    );
    await server.addRule({ name: 'loops', metric: 'loop_late_seconds', threshold: 60 });
    await server.addRule({ name: 'driver', metric: 'queue_driver_problems', threshold: 0 });
    await server.evaluate();
    const found = (await server.alerts()).map(({ rule, labels }) => [rule.name, labels]);
    expect(Object.fromEntries(found)).toEqual({
      budget: { budget: 'spent' },
      workers: {},
      paused: { queue: 'reports' },
      loops: { process: 'elsewhere:1', loop: 'promoter' },
      driver: { process: 'elsewhere:1' },
    });
  });
});

describe('the preview of a rule', () => {
  it('counts how often it would have fired in 7 days', async () => {
    await server.sql(
      `INSERT INTO daily_statistics (day, name, completed, failed) SELECT (app_now() AT TIME ZONE 'UTC')::date - day, 'report', 10, failed
       FROM (VALUES (1, 9), (2, 8), (3, 0), (5, 7), (8, 9)) AS d (day, failed)`,
    );
    const view = await preview({ metric: 'daily_failures', threshold: 5 });
    expect(view).toMatchObject({ hasHistory: true, firings: 2, explanation: expect.stringContaining('2 times in the last 7 days') });
    expect(view.days.map(({ value }) => value)).toEqual([0, 7, 0, 0, 8, 9, 0]);
    expect(await preview({ metric: 'daily_failures', threshold: 8 })).toMatchObject({ firings: 1 });
    // The day and the day before: 1 and 2 days ago, (9 + 8) of 37.
    expect((await preview({ metric: 'failure_rate', threshold: 40 })).days.at(-2)).toMatchObject({
      value: expect.closeTo(45.9, 1),
      met: true,
    });
  });

  it('says so when the metric has no history', async () => {
    expect(await preview({ metric: 'backlog', threshold: 5 })).toEqual({
      hasHistory: false,
      firings: null,
      explanation: 'backlog has no history, so nobody can say how often the rule would have fired.',
      days: [],
    });
    const { id } = await server.addRule({ metric: 'daily_failures', threshold: 5 });
    expect((await server.http<PreviewView>('GET', `/alert-rules/${id}/preview`)).body.firings).toBe(2);
  });
});

describe('contenthub alert', () => {
  const cli = (...words: string[]) => runCli(['alert', ...words], { env: { APP_SERVER: server.url, APP_TOKEN: server.key } });
  const json = async (...words: string[]) => {
    const { stdout, stderr } = await cli(...words, '-o', 'json');
    if (stdout === '') throw new Error(stderr);
    return JSON.parse(stdout) as Record<string, unknown> & { items: Record<string, unknown>[] };
  };

  it('manages rules', async () => {
    const created = await json(
      'rule',
      'create',
      'deep',
      '--metric',
      'queue_depth',
      '--threshold',
      '5',
      '--for',
      '0s',
      '--label',
      'team=content',
    );
    expect(created).toMatchObject({ name: 'deep', forSeconds: 0, labels: { team: 'content' } });
    expect(await json('rule', 'edit', 'deep', '--severity', 'critical', '--repeat', '1h')).toMatchObject({
      severity: 'critical',
      repeatSeconds: 3_600,
    });
    expect(await json('rule', 'disable', 'deep')).toMatchObject({ enabled: false });
    expect(await json('rule', 'enable', String(created['id']))).toMatchObject({ enabled: true, version: 4 });
    expect((await json('rule', 'list')).items).toMatchObject([{ name: 'deep' }]);
    const { stdout, stderr, code } = await cli('rule', 'preview', 'deep');
    expect([code, `${stdout}${stderr}`]).toEqual([0, expect.stringContaining('queue_depth has no history')]);
    const unknown = await cli('rule', 'show', 'dee');
    expect([unknown.code, unknown.stderr]).toEqual([3, expect.stringContaining('Did you mean "deep"?')]);
    expect((await cli('rule', 'create', 'x', '--metric', 'nothing', '--threshold', '1')).code).toBe(2);
    expect((await cli('rule', 'delete', 'deep')).code).toBe(0);
  });

  it('lists alerts and acts on them', async () => {
    await server.addRule();
    await server.addTasks();
    await server.evaluate();
    const [alert] = (await json('list', '--status', 'firing', '--rule', 'deep')).items;
    const id = String(alert?.['id']);
    const { stdout } = await cli('list');
    expect(stdout).toMatch(/deep\s+firing\s+warning\s+queue=reports\s+6\s+5/);
    expect(await json('acknowledge', id.slice(-12), '--note', 'mine')).toMatchObject({ status: 'acknowledged', note: 'mine' });
    expect(await json('silence', id, '--for', '2h')).toMatchObject({ status: 'silenced' });
    expect(await json('unsilence', id)).toMatchObject({ status: 'firing' });
    expect((await json('history', id)).items).toHaveLength(4);
    expect((await json('notifications', id)).items).toEqual([]);
    expect((await json('metrics')).items.length).toBe(METRIC_NAMES.length);
    expect(await json('show', id)).toMatchObject({ ruleName: 'deep', metric: 'queue_depth' });
    expect((await cli('unsilence', id)).code).toBe(7);
  });

  it('manages channels, whose secrets may be in a file', async () => {
    await using folder = await temporaryFolder();
    await writeFile(join(folder.path, 'url.txt'), `http://127.0.0.1:${sink.port}/hook?key=canary\n`);
    const created = await cli(
      'channel',
      'create',
      'ops',
      '--kind',
      'webhook',
      '--url',
      `@${folder.path}/url.txt`,
      '--min-severity',
      'warning',
      '-o',
      'json',
    );
    expect(created.code).toBe(0);
    expect(created.stdout).not.toContain('canary');
    expect(await json('channel', 'test', 'ops')).toMatchObject({ status: 'completed' });
    expect(bodies).toHaveLength(1);
    expect(await json('channel', 'edit', 'ops', '--disable')).toMatchObject({ enabled: false, target: `127.0.0.1:${sink.port}` });
    expect((await json('channel', 'list')).items).toMatchObject([{ name: 'ops', secrets: { url: '********' } }]);
    expect((await cli('channel', 'delete', 'ops')).code).toBe(0);
    expect((await cli('channel', 'show', 'ops')).code).toBe(3);
  });
});

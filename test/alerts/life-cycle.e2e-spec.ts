import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { AlertEvaluator } from '../../src/alerts/evaluation/alert-evaluator.ts';
import { applySteps } from '../../src/alerts/evaluation/apply-steps.ts';
import { SELECT_OPEN } from '../../src/alerts/evaluation/evaluation.sql.ts';
import { MetricReader } from '../../src/alerts/evaluation/metric-reader.ts';
import type { AlertRule } from '../../src/alerts/rules/alert-rule.ts';
import { DEFAULT_RULES } from '../../src/core/alert/default-rules.ts';
import type { StoredAlert } from '../../src/core/alert/evaluation-plan.ts';
import { inTransaction, Pools } from '../../src/platform/database/pools.ts';
import { startApplication, type TestApplication } from '../support/application.ts';
import { actsOf, type AlertServer, startAlertServer } from './alert-harness.ts';

let server: AlertServer;
let other: TestApplication;
let rounds: AlertServer['evaluate'];
beforeAll(async () => {
  server = await startAlertServer();
  const [row] = await server.sql<{ name: string }>('SELECT current_database() AS name');
  const databaseUrl = new URL(process.env.TEST_DATABASE_URL as string);
  databaseUrl.pathname = `/${row?.name}`;
  other = await startApplication({ databaseUrl: databaseUrl.href, settings: { ALERT_INTERVAL: '3600' } });
  rounds = actsOf(other).evaluate;
});
afterEach(() => server.clear());
afterAll(async () => {
  await other.close();
  await server.close();
});

const statuses = async () => (await server.alerts()).map(({ status }) => status);
const act = (id: string, name: string, body: object = {}) =>
  server.http<{ code: string; status: string }>('POST', `/alerts/${id}/${name}`, body);
async function firing(): Promise<string> {
  await server.addRule();
  await server.addTasks();
  await server.evaluate();
  const [alert] = await server.alerts();
  expect(alert?.status).toBe('firing');
  return alert?.id ?? '';
}

describe('an alert', () => {
  it('goes from pending over firing and acknowledged to resolved, and its history says who did what', async () => {
    await server.addRule({ forSeconds: 300, severity: 'critical', labels: { team: 'content' } });
    await server.addTasks();
    await server.evaluate();
    await server.evaluate();
    const [pending] = await server.alerts();
    expect(pending).toMatchObject({
      status: 'pending',
      value: 6,
      severity: 'critical',
      labels: { team: 'content', queue: 'reports' },
      firedAt: null,
    });
    await server.age(240);
    await server.addTasks();
    await server.evaluate();
    expect((await server.alerts())[0]).toMatchObject({ status: 'pending', value: 12 });
    await server.age(300);
    await server.evaluate();
    expect(await statuses()).toEqual(['firing']);
    const id = pending?.id ?? '';
    expect((await act(id, 'acknowledge', { note: 'I add slots' })).body.status).toBe('acknowledged');
    expect((await act(id, 'acknowledge')).body.code).toBe('alert_status');
    await server.cancelTasks();
    await server.evaluate();
    const { status, history, resolvedAt } = await server.alert(id);
    expect([status, resolvedAt]).toEqual(['resolved', expect.any(String)]);
    expect(history.map(({ fromStatus, toStatus, reason, note, actor }) => [fromStatus, toStatus, reason, note, actor.type])).toEqual([
      ['acknowledged', 'resolved', 'condition_ended', null, 'system'],
      ['firing', 'acknowledged', 'acknowledge', 'I add slots', 'key'],
      ['pending', 'firing', 'condition', null, 'system'],
      [null, 'pending', 'condition', null, 'system'],
    ]);
    expect((await act(id, 'silence', { seconds: 60 })).status).toBe(409);
    await server.addTasks();
    await server.evaluate();
    expect(await statuses()).toEqual(['pending', 'resolved']);
  });

  it('that never fired leaves no trace', async () => {
    await server.addRule({ forSeconds: 300 });
    await server.addTasks();
    await server.evaluate();
    await server.cancelTasks();
    await server.evaluate();
    expect(await server.alerts()).toEqual([]);
  });

  it('fires once, however many processes evaluate at once', async () => {
    await server.addRule({ forSeconds: 300 });
    await server.addTasks();
    await Promise.all([server.evaluate(), rounds(), server.evaluate(), rounds()]);
    await server.evaluate();
    await server.age(300);
    const evaluated = await Promise.all([server.evaluate(), rounds(), server.evaluate(), rounds(), server.evaluate(), rounds()]);
    expect(evaluated).toContain(true);
    const [alert, ...others] = await server.alerts();
    expect([alert?.status, others]).toEqual(['firing', []]);
    expect((await server.alert(alert?.id ?? '')).history.filter(({ toStatus }) => toStatus === 'firing')).toHaveLength(1);
  });

  it('is evaluated once in an interval', async () => {
    expect(await server.evaluate()).toBe(true);
    const evaluators = [server, other, server, other].map(({ app }) => app.get(AlertEvaluator, { strict: false }));
    expect(await Promise.all(evaluators.map((evaluator) => evaluator.evaluate()))).toEqual([false, false, false, false]);
    await server.sql(`UPDATE alert_evaluations SET claimed_at = claimed_at - interval '1 hour'`);
    const evaluated = await Promise.all(evaluators.map((evaluator) => evaluator.evaluate()));
    expect(evaluated.filter(Boolean)).toHaveLength(1);
  });

  it('that an operator changed meanwhile is left to the next round', async () => {
    const id = await firing();
    const rows = await server.sql<StoredAlert>(SELECT_OPEN);
    const rules = (await server.http<{ items: AlertRule[] }>('GET', '/alert-rules')).body.items;
    const step = {
      step: 'resolve',
      rule: rules[0] as AlertRule,
      series: '',
      value: 0,
      alert: rows[0] as StoredAlert,
      reason: 'condition_ended',
    } as const;
    await act(id, 'silence', { seconds: 60 });
    await act(id, 'unsilence');
    const { api } = server.app.get(Pools);
    expect(await inTransaction(api, (tx) => applySteps(tx, [step], new Date()))).toEqual([]);
    expect(await statuses()).toEqual(['firing']);
  });

  it('a round that another process has overtaken changes nothing', async () => {
    await server.addRule();
    await server.addTasks();
    const reader = server.app.get(MetricReader, { strict: false });
    const read = reader.read.bind(reader);
    reader.read = async (seconds) => {
      const readings = await read(seconds);
      await server.sql(`UPDATE alert_evaluations SET claimed_at = claimed_at + interval '1 ms'`);
      return readings;
    };
    try {
      expect(await server.evaluate()).toBe(false);
    } finally {
      reader.read = read;
    }
    expect(await server.alerts()).toEqual([]);
  });

  it('silenced it stays quiet until the time is over, then fires again', async () => {
    const id = await firing();
    expect((await act(id, 'silence', { seconds: 3_600, note: 'maintenance' })).body.status).toBe('silenced');
    expect((await act(id, 'silence', { seconds: 7_200 })).body.status).toBe('silenced');
    await server.evaluate();
    expect(await statuses()).toEqual(['silenced']);
    await server.sql(`UPDATE alerts SET silenced_until = app_now() WHERE id = $1`, [id]);
    await server.evaluate();
    expect(await statuses()).toEqual(['firing']);
    await act(id, 'silence', { seconds: 60 });
    expect((await act(id, 'unsilence')).body.status).toBe('firing');
    expect((await act(id, 'unsilence')).status).toBe(409);
    expect((await server.alert(id)).history.map(({ reason }) => reason)).toEqual([
      'unsilence',
      'silence',
      'silence_ended',
      'silence',
      'silence',
      'condition',
    ]);
  });

  it('ends when its rule is disabled or no longer holds', async () => {
    const id = await firing();
    const { rule } = await server.alert(id);
    const edit = (version: number, body: object) => server.http('PATCH', `/alert-rules/${rule.id}`, body, { 'if-match': `"v${version}"` });
    expect((await edit(1, { enabled: false })).status).toBe(200);
    await server.evaluate();
    expect(await server.alert(id)).toMatchObject({ status: 'resolved', reason: 'rule_disabled' });
    await edit(2, { enabled: true });
    await server.evaluate();
    await edit(3, { threshold: 50 });
    await server.evaluate();
    expect(await statuses()).toEqual(['resolved', 'resolved']);
  });

  it('an edge that the table does not have is rejected by the database', async () => {
    const id = await firing();
    await server.cancelTasks();
    await server.evaluate();
    const reopen = `UPDATE alerts SET status = 'firing', resolved_at = NULL, version = version + 1 WHERE id = $1`;
    await expect(server.sql(reopen, [id])).rejects.toThrow('alert_history_edge');
  });

  it('the acts of operators are audited', async () => {
    const id = await firing();
    await act(id, 'acknowledge');
    const { body } = await server.http<{ items: { path: string; operation: string }[] }>('GET', '/audit?operation=alerts:operate');
    expect(body.items.map(({ path }) => path)).toContain(`/alerts/${id}/acknowledge`);
    const viewer = await server.keyOf('viewer');
    const answer = await server.http('POST', `/alerts/${id}/silence`, { seconds: 60 }, { authorization: `Bearer ${viewer}` });
    expect(answer.status).toBe(403);
  });
});

describe('an outage of the evaluation', () => {
  const outage = (seconds: number) =>
    server.sql(`UPDATE alert_evaluations SET evaluated_at = evaluated_at - make_interval(secs => $1)`, [seconds]);

  it('is one alert, and the conditions that came with it fire only when they outlive it', async () => {
    await server.addRule();
    await server.addRule({ name: 'waiting', forSeconds: 300 });
    await server.addRule({ name: 'gap', metric: 'evaluation_gap_seconds', threshold: 60 });
    await server.evaluate();
    await server.addTasks();
    await outage(20_000);
    await server.evaluate();
    await server.evaluate();
    const [gap, ...others] = await server.alerts();
    expect([gap?.rule.name, gap?.status, others]).toEqual(['gap', 'firing', []]);
    expect(gap?.value).toBeGreaterThan(19_000);
    await server.sql(`UPDATE alert_evaluations SET settled_at = app_now()`);
    await server.evaluate();
    expect((await server.alerts()).map(({ rule, status }) => `${rule.name} ${status}`).toSorted()).toEqual([
      'deep firing',
      'gap resolved',
      'waiting pending',
    ]);
  });

  it('begins the waiting time of a pending alert again', async () => {
    await server.sql(`UPDATE alert_evaluations SET settled_at = NULL, evaluated_at = app_now()`);
    await server.addRule({ forSeconds: 300 });
    await server.addTasks();
    await server.evaluate();
    await server.age(400);
    await outage(20_000);
    await server.evaluate();
    expect(await statuses()).toEqual(['pending']);
    await server.sql(`UPDATE alert_evaluations SET settled_at = NULL`);
    await server.evaluate();
    expect(await statuses()).toEqual(['pending']);
  });

  it('that cannot read anything changes no alert', async () => {
    const id = await firing();
    await server.sql(`UPDATE alert_evaluations SET settled_at = NULL, evaluated_at = app_now()`);
    await server.sql('ALTER TABLE tasks RENAME TO tasks_away');
    try {
      await server.evaluate().catch(() => undefined);
    } finally {
      await server.sql('ALTER TABLE tasks_away RENAME TO tasks');
    }
    expect((await server.alert(id)).status).toBe('firing');
  });
});

describe('the default rules', () => {
  it('are created once: a rule that was deleted does not come back', async () => {
    await server.evaluate();
    expect((await server.http<{ items: object[] }>('GET', '/alert-rules')).body.items).toEqual([]);
    await server.sql(`UPDATE alert_evaluations SET default_rules = '{}'`);
    await server.evaluate();
    const { items } = (await server.http<{ items: { name: string; createdBy: { type: string } }[] }>('GET', '/alert-rules')).body;
    expect(items.map(({ name }) => name)).toEqual(DEFAULT_RULES.map(({ name }) => name).toSorted());
    expect(items[0]?.createdBy.type).toBe('system');
  });
});

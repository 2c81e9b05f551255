import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { Pools } from '../../src/platform/database/pools.ts';
import { LOCK_EVALUATION } from '../../src/alerts/evaluation/evaluation.sql.ts';
import { exposedBy, seriesOf } from '../monitoring/scrape.ts';
import { waitFor } from '../support/wait-for.ts';
import { type AlertServer, startAlertServer } from './alert-harness.ts';

let server: AlertServer;
let pool: pg.Pool;

beforeAll(async () => {
  server = await startAlertServer({ settings: { EGRESS_ALLOW_PRIVATE: '127.0.0.1:9' } });
  pool = server.app.get(Pools).api;
});
afterEach(() => server.clear());
afterAll(() => server.close());

type Query = (...args: unknown[]) => unknown;

/** Passes each statement of the pool through `intercept` until the returned function is called. */
function interceptQueries(intercept: (client: pg.PoolClient, text: string, run: () => unknown) => unknown): () => void {
  const wrapped = new Map<pg.PoolClient, Query>();
  const wrap = (client: pg.PoolClient): void => {
    if (wrapped.has(client)) return;
    const real = Reflect.get(client, 'query') as Query;
    wrapped.set(client, real);
    Reflect.set(client, 'query', (...args: unknown[]) => {
      const [query] = args as [string | { text: string }];
      return intercept(client, typeof query === 'string' ? query : query.text, () => real.apply(client, args));
    });
  };
  pool.on('acquire', wrap);
  return () => {
    pool.off('acquire', wrap);
    for (const [client, real] of wrapped) Reflect.set(client, 'query', real);
  };
}

/** The connection of the n-th statement of the pool from now on ends before the statement. */
function cutBefore(n: number): { readonly done: () => boolean; readonly stop: () => void } {
  let statements = 0;
  const stop = interceptQueries((client, _, run) => {
    if (++statements === n) (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
    return run();
  });
  return { done: () => statements >= n, stop };
}

/** The answer to the commit of the next evaluation is lost. Returns whether it came to that. */
function loseCommit(): { readonly done: () => boolean; readonly stop: () => void } {
  let evaluating: pg.PoolClient | undefined;
  let lost = false;
  const stop = interceptQueries((client, text, run) => {
    if (text === LOCK_EVALUATION) evaluating = client;
    if (text !== 'COMMIT' || client !== evaluating || lost) return run();
    lost = true;
    return (run() as Promise<unknown>).then(() => Promise.reject(new Error('Connection terminated unexpectedly')));
  });
  return { done: () => lost, stop };
}

const stored = () =>
  server.sql<{ status: string; firings: number; resolutions: number }>(
    `SELECT a.status, (SELECT count(*) FROM alert_notifications n WHERE n.alert_id = a.id AND n.kind = 'firing')::int AS firings,
            (SELECT count(*) FROM alert_notifications n WHERE n.alert_id = a.id AND n.kind = 'resolved')::int AS resolutions
     FROM alerts a JOIN alert_rules r ON r.id = a.rule_id WHERE r.name = 'deep'`,
  );

async function condition(): Promise<void> {
  await server.addRule();
  await server.addChannel({ url: 'http://127.0.0.1:9/nobody' });
  await server.addTasks();
}

describe('a database that goes away during an evaluation', () => {
  it('at any statement neither loses nor doubles an alert and its notification', async () => {
    const outcomes: string[] = [];
    for (let n = 1; ; n++) {
      await condition();
      const fault = cutBefore(n);
      const failed = await server.evaluate().then(
        () => false,
        () => true,
      );
      fault.stop();
      if (!fault.done()) break; // the evaluation has fewer statements
      outcomes.push(failed ? 'failed' : 'repeated');
      await server.evaluate();
      await server.evaluate();
      expect([n, await stored()]).toEqual([n, [{ status: 'firing', firings: 1, resolutions: 0 }]]);
      await server.cancelTasks();
      await server.evaluate();
      expect([n, await stored()]).toEqual([n, [{ status: 'resolved', firings: 1, resolutions: 1 }]]);
      await server.clear();
      await server.sql('DELETE FROM alerts');
    }
    expect(outcomes.length).toBeGreaterThan(8);
    expect(outcomes).toContain('failed');
  }, 120_000);

  it('after its commit, whose answer is lost, does neither', async () => {
    await condition();
    const lost = loseCommit();
    await expect(server.evaluate()).rejects.toThrow('Connection terminated');
    lost.stop();
    expect(lost.done()).toBe(true);
    expect(await stored()).toEqual([{ status: 'firing', firings: 1, resolutions: 0 }]);
    await server.evaluate();
    expect(await stored()).toEqual([{ status: 'firing', firings: 1, resolutions: 0 }]);
  });
});

it('metrics count the open alerts, the changes, the rounds and the attempts to notify', async () => {
  const read = async () => seriesOf(await exposedBy(server.app));
  const before = await read();
  const grown = (after: Map<string, number>, series: string): number => (after.get(series) ?? 0) - (before.get(series) ?? 0);
  await condition();
  await server.evaluate();
  await server.dispatch();
  const attempts = 'contenthub_alert_notifications_total{kind="webhook",result="failed"}';
  const after = await waitFor(async () => read().then((now) => grown(now, attempts) > 0 && now), { what: 'an attempt to notify' });
  expect(after.get('contenthub_alerts{status="firing",severity="warning"}')).toBe(1);
  expect(grown(after, 'contenthub_alert_changes_total{change="firing",severity="warning"}')).toBe(1);
  expect(grown(after, 'contenthub_alert_evaluations_total{result="ok"}')).toBe(1);
  await server.cancelTasks();
  await server.evaluate();
  const ended = await read();
  expect(ended.get('contenthub_alerts{status="firing",severity="warning"}')).toBeUndefined();
  expect(grown(ended, 'contenthub_alert_changes_total{change="resolved",severity="warning"}')).toBe(1);
});

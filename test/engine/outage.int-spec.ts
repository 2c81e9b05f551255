import { describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { Notifications } from '../../src/platform/database/notifications.ts';
import { useEngines } from '../support/engine.ts';
import { withDatabase } from '../support/test-database.ts';
import { waitFor } from '../support/wait-for.ts';
import { useEffects } from './effects.ts';

const harness = useEngines();
const effects = useEffects(harness);

const work = { name: 'work', handle: () => new Promise((resolve) => setTimeout(resolve, 5, 'done')) };
const start = () =>
  harness.start({
    handlers: [work],
    resultHandlers: { work: effects.handler },
    slots: 20,
    loops: true,
    settings: { LEASE_BEAT_MS: '200', LEASE_TTL_MS: '2000' },
  });

const terminate = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND application_name LIKE 'contenthub-%'`;
const databaseName = () => new URL(harness.url).pathname.slice(1);

/** Closes every connection of the engines and rejects new ones for a while. The connection of the test stays. */
async function outage(ms: number): Promise<void> {
  const admin = new pg.Client(withDatabase(harness.url, 'postgres'));
  await admin.connect();
  try {
    await admin.query(`ALTER DATABASE ${databaseName()} ALLOW_CONNECTIONS false`);
    await admin.query(terminate, [databaseName()]);
    await new Promise((ok) => setTimeout(ok, ms));
  } finally {
    await admin.query(`ALTER DATABASE ${databaseName()} ALLOW_CONNECTIONS true`);
    await admin.end();
  }
}

describe('a database that goes away for a moment', () => {
  it('loses no task, repeats none and releases none to others', async () => {
    const [one] = await Promise.all([start(), start()]);
    const requests = Array.from({ length: 1_500 }, (_, n) => ({
      name: 'work',
      createdBy: 'test',
      trigger: 'api' as const,
      idempotencyKey: `${n}`,
    }));
    // Under load a first connection may take longer than the pool waits (2 s); with the keys a repetition is harmless.
    const stored = await waitFor(() => one.tasks.submitMany(requests), { what: 'the submission' });
    const completed = async () => (await effects.all()).length;
    for (const share of [200, 600, 1_000]) {
      await waitFor(async () => (await completed()) >= share, { what: `${share} tasks` });
      await harness.sql(terminate, [databaseName()]);
    }
    await waitFor(async () => (await completed()) === 1_500, { what: 'all tasks' });
    await Promise.all(stored.slice(-50).map(({ id }) => one.ended(id)));
    const tasks = await harness.sql(`SELECT status, count(*)::int AS count FROM tasks GROUP BY 1`);
    expect(tasks).toEqual([{ status: 'completed', count: 1_500 }]);
    expect((await effects.all()).map(({ task }) => task)).toEqual(stored.map(({ id }) => id).sort());
    expect(
      await harness.sql(
        `SELECT reason, detail ->> 'message' AS why, count(*)::int FROM task_audit WHERE reason NOT IN ('submit', 'claim', 'complete') GROUP BY 1, 2`,
      ),
    ).toEqual([]);
  });

  it('notifies of work and cancellations as before afterwards', async () => {
    const [listener, speaker] = await Promise.all([start(), start()]);
    const heard: string[] = [];
    listener.get(Notifications).listen('test_channel', (payload) => heard.push(payload));
    const reached = async () => {
      speaker.get(Notifications).notify('test_channel', 'hello');
      return heard.includes('hello');
    };
    await waitFor(reached, { what: 'a notification before the outage' });
    heard.length = 0;
    await outage(500);
    await waitFor(reached, { what: 'a notification after the outage' });
    expect(await waitFor(async () => heard.includes(''), { what: 'word that anything may have happened meanwhile' })).toBe(true);
  });

  it('does not keep an engine from closing', async () => {
    const engine = await start();
    const gone = outage(400);
    await waitFor(
      () =>
        engine.tasks.list({ limit: 1 }).then(
          () => false,
          () => true,
        ),
      { what: 'the outage' },
    );
    await expect(engine.close()).resolves.toBeUndefined();
    await gone;
  });
});

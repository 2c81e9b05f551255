import { expect, it } from '@jest/globals';
import { useEngines } from '../support/engine.ts';
import { waitFor } from '../support/wait-for.ts';
import { HANDLERS, type Poison } from './handlers.ts';
import { useProcesses } from './processes.ts';

const harness = useEngines();
const processes = useProcesses();

const KINDS: Poison[] = ['exit', 'uncaughtException', 'unhandledRejection', 'out of memory', 'SIGSEGV', 'infinite loop'];
/** An infinite loop costs three leases, which are therefore shorter here. */
const SETTINGS = { LEASE_TTL_MS: '6000', LEASE_BEAT_MS: '2000', NODE_OPTIONS: '--max-old-space-size=200' };

it('of six poison pills among 200 healthy tasks only the poison pills fail, each after its budget', async () => {
  const engine = await harness.start({ handlers: HANDLERS });
  const begun = performance.now();
  const requests = Array.from({ length: 206 }, (_, i) => {
    const kind = i % 34 === 17 ? KINDS[Math.floor(i / 34)] : undefined;
    return { name: kind ? 'poison' : 'innocent', params: { kind, ms: 200 }, createdBy: 'test', trigger: 'api' as const };
  });
  await engine.tasks.submitMany(requests);
  const output = processes.supervise(harness.url, 2, SETTINGS);
  const open = async () =>
    (await harness.sql<{ count: number }>(`SELECT count(*)::int AS count FROM tasks WHERE terminal_at IS NULL`))[0]?.count;
  await waitFor(async () => (await open()) === 0, { what: 'the end of all tasks', timeoutMs: 150_000 }).catch(async (error: Error) => {
    const rest = await harness.sql(
      `SELECT name, status, attempt, crash_count, lease_owner, params, error FROM tasks WHERE terminal_at IS NULL`,
    );
    throw new Error(`${error.message}\n${JSON.stringify(rest, null, 1)}\n${output()}`);
  });
  const seconds = (performance.now() - begun) / 1_000;

  const ends = await harness.sql(
    `SELECT name, status, error->>'class' AS class, count(*)::int AS count FROM tasks GROUP BY 1, 2, 3 ORDER BY 1`,
  );
  expect(ends).toEqual([
    { name: 'innocent', status: 'completed', class: null, count: 200 },
    { name: 'poison', status: 'failed', class: 'crashed', count: 6 },
  ]);
  const causes = await harness.sql<{ kind: string; crashes: number; message: string }>(
    `SELECT params->>'kind' AS kind, crash_count AS crashes, error->>'message' AS message FROM tasks WHERE name = 'poison'`,
  );
  expect(Object.fromEntries(causes.map(({ kind, message }) => [kind, message]))).toEqual({
    exit: 'the process of attempt 3 ended with exit code 3',
    uncaughtException: 'the process of attempt 3 ended with exit code 1',
    unhandledRejection: 'the process of attempt 3 ended with exit code 1',
    // SIGKILL by the watchdog: on a busy machine the memory lasts for longer than a lease.
    'out of memory': expect.stringMatching(/^the process of attempt 3 ended with (SIGABRT|SIGTRAP|SIGKILL|exit code 13\d)$/),
    SIGSEGV: 'the process of attempt 3 ended with SIGSEGV',
    'infinite loop': 'the process of attempt 3 ended with SIGKILL',
  });
  expect(causes.map(({ crashes }) => crashes)).toEqual(Array.from({ length: 6 }, () => 3));
  // No task got a crash count for what happened to another after it was quarantined.
  const [blamed] = await harness.sql<{ crashes: number; count: number }>(
    `SELECT coalesce(max(crashes), 0)::int AS crashes, count(*)::int AS count FROM (
       SELECT count(*) AS crashes FROM task_audit a JOIN tasks t ON t.id = a.task_id WHERE t.name = 'innocent' AND a.reason = 'rescue' GROUP BY t.id) r`,
  );
  expect(blamed?.crashes).toBeLessThanOrEqual(1);
  if (process.env.FIGURES)
    console.log(`all ended after ${seconds.toFixed(1)} s; ${blamed?.count} other tasks were quarantined\n${output()}`);
});

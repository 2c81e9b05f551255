import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '../../src/platform/telemetry/logger.ts';
import { type TestApplication, startApplication } from '../support/application.ts';
import { TcpRelay } from '../support/tcp-relay.ts';
import { waitFor } from '../support/wait-for.ts';

const OUTAGE_MS = 5_000;
const EVERY_MS = 50;
const BACK_WITHIN_MS = 2_000;

/** By number of the task: performance.now() of its request and of its handler's start. */
const asked = new Map<number, number>();
const begun = new Map<number, number>();
let relay: TcpRelay;
let server: TestApplication;

beforeAll(async () => {
  server = await startApplication({
    handlers: [
      {
        name: 'clocked',
        handle: ({ params }) => {
          const { n } = params as { n: number };
          if (!begun.has(n)) begun.set(n, performance.now());
          return Promise.resolve(null);
        },
      },
    ],
    settings: { POLL_INTERVAL_MS: '1000' },
    through: async (databaseUrl) => {
      const url = new URL(databaseUrl);
      relay = new TcpRelay(Number(url.port));
      await relay.start();
      url.hostname = '127.0.0.1';
      url.port = String(relay.port);
      return url.href;
    },
  });
});
afterAll(async () => {
  await server.close();
  relay.stop();
});

/** Submits a task every 50 ms, without waiting for the answers. Returns a function that stops it. */
function submitAll(): () => Promise<void> {
  let n = 0;
  const answers: Promise<unknown>[] = [];
  const timer = setInterval(() => {
    const number = n++;
    asked.set(number, performance.now());
    answers.push(server.http('POST', '/tasks/clocked/execute/api', { params: { n: number } }));
  }, EVERY_MS);
  return async () => {
    clearInterval(timer);
    await Promise.all(answers);
  };
}

/** Milliseconds from request to handler, of the tasks submitted in a span of time. */
function latencies(from: number, to: number): number[] {
  const within = [...asked].filter(([, at]) => at >= from && at < to);
  return within.map(([n, at]) => (begun.get(n) ?? Number.POSITIVE_INFINITY) - at).sort((a, b) => a - b);
}

const p95 = (sorted: readonly number[]): number => sorted[Math.ceil(sorted.length * 0.95) - 1] ?? Number.POSITIVE_INFINITY;

it('is over within 2 s after PostgreSQL is back from 5 s away, and costs a process at most 20 log lines', async () => {
  const logger = server.app.get(Logger);
  const lines: unknown[][] = [];
  for (const level of ['info', 'warn', 'error', 'fatal'] as const)
    jest.spyOn(logger, level).mockImplementation((...line: unknown[]) => void lines.push([level, ...line]));
  const stop = submitAll();
  await waitFor(() => Promise.resolve(begun.size >= 20), { what: 'tasks that run' });
  const steadyFrom = performance.now();
  await delay(3_000);
  const cutAt = performance.now();
  await relay.cut();
  await delay(OUTAGE_MS);
  await relay.restore();
  const backAt = performance.now();
  await delay(BACK_WITHIN_MS + 3_000);
  await stop();
  const before = latencies(steadyFrom, cutAt - 500); // the last ones before the cut may meet it
  const after = latencies(backAt + BACK_WITHIN_MS, backAt + BACK_WITHIN_MS + 2_500);
  await waitFor(() => Promise.resolve(after.length > 0), { what: 'tasks after the outage' });
  const first = Math.min(...[...begun.values()].filter((at) => at > backAt)) - backAt;
  console.log(
    `log lines ${lines.length}; p95 before ${p95(before).toFixed()} ms, after ${p95(after).toFixed()} ms; first handler ${first.toFixed()} ms after the return`,
  );
  expect(lines.length).toBeLessThanOrEqual(20);
  expect(lines.map(([, , text]) => text)).toContain('PostgreSQL answers again');
  expect(first).toBeLessThan(BACK_WITHIN_MS + 5 * p95(before)); // a loaded machine runs every task later
  expect(after.length).toBeGreaterThan(20);
  expect(p95(after)).toBeLessThan(Math.max(1_000, 5 * p95(before)));
});

it('answers each of 200 requests that wait for it with 503, before it is back', async () => {
  await waitFor(async () => (await server.http('POST', '/tasks/clocked/execute/api', { params: { n: -1 } })).status < 300, {
    what: 'an answer before the outage',
  });
  await relay.cut();
  const answers = Array.from({ length: 200 }, async (_, i) => {
    await delay(i * 5);
    const since = performance.now();
    const { status } = await server.http('POST', '/tasks/clocked/execute/api', { params: { n: -2 - i } });
    return { status, ms: performance.now() - since };
  });
  const all = await Promise.all(answers);
  await relay.restore();
  console.log(`the slowest of 200 answers took ${Math.max(...all.map(({ ms }) => ms)).toFixed()} ms`);
  expect(new Set(all.map(({ status }) => status))).toEqual(new Set([503]));
  // 2.3 s on a quiet machine; statement-batcher.spec.ts proves 2.5 s by a fake clock. One batch after the other took 40 s.
  expect(Math.max(...all.map(({ ms }) => ms))).toBeLessThan(15_000);
});

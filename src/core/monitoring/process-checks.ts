import { degraded, down, type HealthCheck, ok } from './health-check.ts';

export interface ProcessFacts {
  readonly draining: boolean;
  readonly database: { readonly up: boolean; readonly latencyMs: number | null; readonly message?: string };
  /** Statements that wait for a connection, by pool. */
  readonly waiting: Readonly<Record<string, number>>;
  readonly queueProblems: readonly string[];
  readonly loops: readonly { readonly name: string; readonly late: boolean; readonly stuck: boolean; readonly lastError: string | null }[];
  /** Of the limit of the heap. */
  readonly heapUse: number;
  /** Share of the time in which the event loop was busy. */
  readonly eventLoopUse: number;
  /** The clock of the process less that of the database; null when the database does not answer. */
  readonly clockSkewMs: number | null;
}

const SLOW_MS = 250;
const FULL = 0.9;
const SKEW_MS = 5_000;
const percent = (share: number): string => `${Math.round(share * 100)} %`;

/** Checks of the process that answers. */
export function processChecks(facts: ProcessFacts): HealthCheck[] {
  return [...databaseChecks(facts), ...loopChecks(facts), ...ownChecks(facts)];
}

function databaseChecks({ database: { up, latencyMs, message }, waiting, clockSkewMs }: ProcessFacts): HealthCheck[] {
  const waits = Object.entries(waiting).filter(([, count]) => count > 0);
  const skew = Math.abs(clockSkewMs ?? 0);
  const seconds = `${Math.round(skew / 100) / 10} s apart from the clock of the database`;
  const isUnknown = !up && latencyMs === null && message === undefined;
  return [
    up || isUnknown
      ? ok('database.write', isUnknown ? 'not measured yet' : 'accepts writes')
      : down('database.write', message ?? 'no write was accepted for 15 s', 'look at the database server, its disk and DATABASE_URL'),
    (latencyMs ?? 0) > SLOW_MS
      ? degraded('database.latency', `a write takes ${latencyMs} ms`, 'look for slow statements, a full disk and a busy machine')
      : ok('database.latency', latencyMs === null ? 'not measured yet' : `a write takes ${latencyMs} ms`),
    waits.length > 0
      ? degraded(
          'database.pools',
          waits.map(([pool, count]) => `${count} statements wait for the pool ${pool}`).join(', '),
          'remove slow statements, or raise DATABASE_POOL_SIZE',
        )
      : ok('database.pools', 'no statement waits for a connection'),
    skew > SKEW_MS
      ? degraded('database.clock', seconds, 'synchronise the clocks of the machines (NTP)')
      : ok('database.clock', clockSkewMs === null ? 'not measured' : seconds),
  ];
}

function loopChecks({ loops, queueProblems }: ProcessFacts): HealthCheck[] {
  const named = (which: 'late' | 'stuck'): string =>
    loops
      .filter((loop) => loop[which])
      .map(({ name, lastError }) => (lastError === null ? name : `${name} (${lastError})`))
      .join(', ');
  const [late, stuck] = [named('late'), named('stuck')];
  return [
    late === ''
      ? ok('loops.late', `${loops.length} loops are in time`)
      : degraded('loops.late', late, 'remove the cause; do not restart during an outage of the database'),
    stuck === '' ? ok('loops.stuck', 'no round hangs') : down('loops.stuck', stuck, 'restart this process'),
    queueProblems.length === 0
      ? ok('queue.driver', 'no problem')
      : degraded('queue.driver', queueProblems.join('; '), 'restore Redis; until then PostgreSQL wakes the workers'),
  ];
}

function ownChecks({ draining, heapUse, eventLoopUse }: ProcessFacts): HealthCheck[] {
  return [
    draining ? down('process.accepting', 'it shuts down', 'wait for its successor') : ok('process.accepting', 'it accepts requests'),
    heapUse > FULL
      ? degraded('process.memory', `the heap is ${percent(heapUse)} full`, 'run fewer tasks in this process, or raise --max-old-space-size')
      : ok('process.memory', `the heap is ${percent(heapUse)} full`),
    eventLoopUse > FULL
      ? degraded(
          'process.event_loop',
          `busy ${percent(eventLoopUse)} of the time`,
          "run handlers that compute with isolation 'process', or add processes",
        )
      : ok('process.event_loop', `busy ${percent(eventLoopUse)} of the time`),
  ];
}

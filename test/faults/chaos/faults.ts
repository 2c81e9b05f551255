import { setTimeout as delay } from 'node:timers/promises';
import { pick } from '../random.ts';
import type { AppProcess, Role } from './app-process.ts';
import { ODD_RESULTS } from './agent-process.ts';
import type { Cluster } from './cluster.ts';
import { retryBatch, retryTasks } from './dependency-batches.ts';

/** Twice the default lease of workers. */
const PAUSE_MS = 30_000;
const EXHAUST_MS = 4_000;
const STORM = 40;
/** Longer than a third of a lease, shorter than the lock_timeout of the application. */
const LOCK_MS = [2_000, 8_000] as const;
const LOCKS = [
  'LOCK TABLE tasks IN EXCLUSIVE MODE',
  'SELECT pg_advisory_xact_lock(7206142)', // of the claims under limits: engine/dispatch/dispatch.sql.ts
  `SELECT FROM tasks WHERE status IN ('submitted', 'running') ORDER BY id LIMIT 50 FOR NO KEY UPDATE SKIP LOCKED`,
];

/** A fault, and what can only be checked later. */
export interface Incident {
  fault: string;
  at: Date;
  /** Since when things can be well again, where that is not at once. */
  healedAt?: Date;
  /** Resolves when nothing of the fault is left. */
  over: Promise<unknown>;
}

type Inject = (cluster: Cluster, random: () => number) => { over?: Promise<unknown>; healed?: Promise<Date> } | undefined;

const running = ({ processes }: Cluster, role: Role): AppProcess[] =>
  processes.filter((process) => process.role === role && process.life?.diedAt === undefined && !process.paused);

function killing(role: Role, cause: string, silent = false): Inject {
  return (cluster, random) => {
    const candidates = running(cluster, role);
    if (candidates.length === 0) return undefined;
    pick(random, candidates).kill(cause, silent);
    return {};
  };
}

const poison =
  (name: string): Inject =>
  ({ client }) => {
    client.submit(name, {});
    return {};
  };

const withBatch =
  (act: typeof retryBatch): Inject =>
  ({ client }, random) =>
    client.batches.length === 0 ? undefined : { over: act(client, random) };

export const FAULTS: Readonly<Record<string, Inject>> = {
  'worker-kill': killing('worker', 'worker-kill'),
  'worker-silent': killing('worker', 'worker-silent', true),
  'api-kill': killing('api', 'api-kill'),
  'scheduler-kill': killing('scheduler', 'scheduler-kill'),
  'worker-stop': (cluster, random) => {
    const candidates = running(cluster, 'worker');
    return candidates.length < 2 ? undefined : { over: pick(random, candidates).pause(PAUSE_MS) };
  },
  'lost-reply': (cluster) => {
    cluster.balancer.loseReply((port) => cluster.processes.find((process) => cluster.portOf(process) === port)?.kill('lost-reply'));
    return {};
  },
  'postgres-kill': ({ postgres }) => {
    const healed = postgres.killAndRestart();
    return { healed, over: healed };
  },
  'postgres-restart': ({ postgres }) => {
    const healed = postgres.restartFast();
    return { healed, over: healed };
  },
  terminate: ({ postgres }) => ({ over: postgres.terminateAll() }),
  exhaust: ({ postgres }) => ({ over: postgres.exhaust(EXHAUST_MS) }),
  cancel: ({ client }) => ({ over: client.cancel(client.accepted.slice(-STORM).map(({ id }) => id)) }),
  'lock-wait': ({ postgres }, random) => ({
    over: postgres.holdLock(pick(random, LOCKS), LOCK_MS[0] + random() * (LOCK_MS[1] - LOCK_MS[0])),
  }),
  'retry-batch': withBatch(retryBatch),
  'retry-tasks': withBatch(retryTasks),
  'odd-result': ({ client }, random) => {
    client.submit('odd-result', { kind: pick(random, ODD_RESULTS) });
    client.submit('innocent-agent', {});
    return {};
  },
  'agent-kill': ({ agent }) => {
    agent?.kill();
    return {};
  },
  'poison-exit': poison('poison-exit'),
  'poison-throw': poison('poison-throw'),
  'poison-segv': poison('poison-segv'),
  'poison-memory': poison('poison-memory'),
  'poison-loop': poison('poison-loop'),
};

/** One fault after the other, each followed by 0.5 to 2.5 s, so that faults may overlap, until the time is over. */
export async function spread(cluster: Cluster, faults: readonly string[], random: () => number, until: number): Promise<Incident[]> {
  const incidents: Incident[] = [];
  let database: Promise<unknown> = Promise.resolve();
  while (performance.now() < until) {
    await delay(500 + random() * 2_000);
    const fault = pick(random, faults);
    const ofDatabase = fault.startsWith('postgres-') || fault === 'terminate' || fault === 'exhaust';
    if (ofDatabase) await database; // there is one database: it cannot be killed while it starts
    const at = new Date();
    const injected = FAULTS[fault]?.(cluster, random);
    if (injected === undefined) continue;
    const incident: Incident = { fault, at, over: (injected.over ?? Promise.resolve()).catch(() => undefined) };
    void injected.healed?.then((healedAt) => (incident.healedAt = healedAt));
    if (ofDatabase) database = incident.over;
    incidents.push(incident);
  }
  return incidents;
}

import { readFileSync } from 'node:fs';
import type { Harness } from './harness.ts';
import type { Submission } from './open-loop-client.ts';

/** Epoch milliseconds. */
export interface Window {
  from: number;
  to: number;
}

export interface Spread {
  p50: number;
  p99: number;
  max: number;
}

export interface Measured {
  accepted: number;
  completed: number;
  perSecond: number;
  /** Milliseconds from the moment a submission was due to its answer. */
  post: Spread;
  /** Milliseconds from the row to the first line of the handler. */
  start: Spread;
}

interface Lived {
  id: string;
  created: Date;
  ended: Date | null;
}

const SELECT_LIVES = `SELECT id, created_at AS created, CASE WHEN status = 'completed' THEN terminal_at END AS ended FROM tasks
                      WHERE id = ANY ($1::uuid[])`;

/** What became of the submissions that were due within each window. To be asked when all have ended. */
export async function measureWindows<Name extends string>(
  harness: Harness,
  windows: Record<Name, Window>,
): Promise<Record<Name, Measured>> {
  const { cluster, client } = harness;
  const startedAt = firstStarts(cluster.didFile);
  const measured = {} as Record<Name, Measured>;
  for (const [name, window] of Object.entries(windows) as [Name, Window][]) {
    const due = client.submissions.filter(({ at }) => at >= window.from && at < window.to);
    const lives = await cluster.postgres.query<Lived>(SELECT_LIVES, [due.map(({ id }) => id)]);
    measured[name] = measure(due, lives, startedAt, window);
  }
  return measured;
}

/** Seconds until a job added after `then` was taken within `promptMs`; undefined when none was. */
export function takenAgainAfter({ jobProbe }: Harness, then: number, promptMs: number): number | undefined {
  const probe = jobProbe.probes.find(({ at, ms }) => at >= then && ms !== undefined && ms <= promptMs);
  return probe?.ms === undefined ? undefined : (probe.at + probe.ms - then) / 1_000;
}

export function probeTimesIn({ jobProbe }: Harness, { from, to }: Window): Spread {
  return spread(jobProbe.probes.filter(({ at, ms }) => at >= from && at < to && ms !== undefined).map(({ ms }) => ms ?? 0));
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** By the handlers' own count. */
function firstStarts(didFile: string): Map<string, number> {
  const starts = new Map<string, number>();
  for (const line of readFileSync(didFile, 'utf8').split('\n')) {
    const [, id = '', , , at] = line.split(' ');
    if (!starts.has(id)) starts.set(id, Number(at));
  }
  return starts;
}

function measure(
  due: readonly Submission[],
  lives: readonly Lived[],
  startedAt: ReadonlyMap<string, number>,
  { from, to }: Window,
): Measured {
  const ended = lives.filter((task) => task.ended !== null);
  const inTime = ended.filter((task) => (task.ended?.getTime() ?? 0) < to).length;
  return {
    accepted: due.length,
    completed: ended.length,
    perSecond: (inTime * 1_000) / (to - from),
    post: spread(due.map(({ ms }) => ms)),
    start: spread(lives.map(({ id, created }) => (startedAt.get(id) ?? Number.NaN) - created.getTime())),
  };
}

/** Nearest rank. */
function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}

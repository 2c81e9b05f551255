import { readFileSync } from 'node:fs';
import type { Life } from './app-process.ts';
import type { Cluster } from './cluster.ts';
import type { Incident } from './faults.ts';

interface Rescue {
  task: string;
  epoch: number;
  owner: string;
  at: Date;
  /** The next claim. */
  again: Date | null;
}

const SELECT_RESCUES = `
  SELECT r.task_id AS task, p.lease_epoch AS epoch, p.actor AS owner, r.at,
         (SELECT min(c.at) FROM task_audit c WHERE c.task_id = r.task_id AND c.version > r.version AND c.reason = 'claim') AS again
  FROM task_audit r
  CROSS JOIN LATERAL (SELECT actor, lease_epoch FROM task_audit p
                      WHERE p.task_id = r.task_id AND p.version < r.version AND p.reason = 'claim' ORDER BY version DESC LIMIT 1) p
  WHERE r.reason = 'rescue'`;

export interface Recoveries {
  /** Milliseconds, by what took the worker away, from its end to the next claim of each task it had. */
  ofWorkers: Map<string, number[]>;
  /** Milliseconds, by fault, from its end to the next sign of what it had stopped. */
  ofFaults: Map<string, number[]>;
  /** Tasks taken from an owner that lived and ran them. */
  falseRescues: string[];
  /** Tasks of a claim whose answer never arrived, so that their owner did not know them. */
  unheardClaims: number;
}

export async function measure({ postgres, lives, client, didFile }: Cluster, incidents: readonly Incident[]): Promise<Recoveries> {
  const began = new Set(executions(didFile));
  const byBoot = new Map(lives.map((life) => [life.bootId, life]));
  const result: Recoveries = { ofWorkers: new Map(), ofFaults: new Map(), falseRescues: [], unheardClaims: 0 };
  for (const rescue of await postgres.query<Rescue>(SELECT_RESCUES)) {
    const life = byBoot.get(rescue.owner.slice(rescue.owner.lastIndexOf(':') + 1));
    const absence = life && absenceOf(life, rescue.at);
    if (absence !== undefined) {
      if (rescue.again !== null) add(result.ofWorkers, absence.why, rescue.again.getTime() - absence.since.getTime());
    } else if (began.has(`${rescue.task} ${rescue.epoch}`)) result.falseRescues.push(rescue.task);
    else result.unheardClaims += 1;
  }
  const claims = await timesOf(postgres, 'claim');
  const promotions = await timesOf(postgres, 'promote');
  const acceptances = client.accepted.map(({ at }) => at.getTime()).sort((a, b) => a - b);
  const signs: Record<string, number[]> = {
    'postgres-kill': claims,
    'postgres-restart': claims,
    terminate: claims,
    exhaust: claims,
    'api-kill': acceptances,
    'lost-reply': acceptances,
    'scheduler-kill': promotions,
  };
  for (const { fault, at, healedAt } of incidents) {
    const since = (healedAt ?? at).getTime();
    const sign = signs[fault]?.find((time) => time >= since);
    if (sign !== undefined) add(result.ofFaults, fault, sign - since);
  }
  return result;
}

/** `task epoch` of each attempt that started, as the handlers recorded it. */
export function executions(didFile: string): string[] {
  return readFileSync(didFile, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split(' ').slice(1, 3).join(' '));
}

/** Why the owner could not renew its lease at that time; undefined when it could. */
function absenceOf(life: Life, at: Date): { why: string; since: Date } | undefined {
  if (life.diedAt !== undefined && life.diedAt <= at) {
    return { why: `${life.cause}${life.reported ? '' : ' (not reported)'}`, since: life.diedAt };
  }
  const pause = life.pauses.find(({ from, to }) => from <= at && (to === undefined || at <= to));
  return pause && { why: 'worker-stop', since: pause.from };
}

async function timesOf(postgres: Cluster['postgres'], reason: string): Promise<number[]> {
  const rows = await postgres.query<{ at: Date }>(`SELECT at FROM task_audit WHERE reason = $1 ORDER BY at`, [reason]);
  return rows.map(({ at }) => at.getTime());
}

function add(to: Map<string, number[]>, key: string, ms: number): void {
  to.set(key, [...(to.get(key) ?? []), ms]);
}

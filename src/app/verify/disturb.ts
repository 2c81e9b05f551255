import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { timerMs } from '../../core/time/timer-ms.ts';
import type { TaskQueue } from '../../queue/task-queue.ts';
import type { Scratch } from './scratch.ts';
import type { VerifyProcess } from './verify-process.ts';

export interface Disturbances {
  readonly kills: number;
  /** Kills without a report to the database: the leases of these workers had to expire. */
  readonly unreportedKills: number;
  readonly announcedAgain: number;
  readonly deletedKeys: number;
}

export interface DisturbOptions {
  /** At most so many, one each 0.7 to 1.8 s. */
  readonly kills: number;
  readonly processes: readonly VerifyProcess[];
  readonly scratch: Scratch;
  /** Ids of the tasks, also while they are being submitted. */
  readonly accepted: readonly string[];
  readonly queue: TaskQueue;
  readonly signal: AbortSignal;
}

const EVERY_MS = [700, 1_800] as const;
const ANNOUNCED_AT_ONCE = 50;

/** Until the signal aborts: kills workers in turn, deletes the queue keys, and announces tasks again, also ended ones. */
export async function disturb({ kills: most, processes, scratch, accepted, queue, signal }: DisturbOptions): Promise<Disturbances> {
  const counts = { kills: 0, unreportedKills: 0, announcedAgain: 0, deletedKeys: 0 };
  const starting: Promise<void>[] = [];
  for (;;) {
    await delay(timerMs(randomInt(...EVERY_MS)), undefined, { signal }).catch(() => undefined);
    if (signal.aborted) break;
    const victim = counts.kills < most ? processes.find((one) => one.running) : undefined;
    if (victim !== undefined) {
      const reported = counts.kills % 2 === 0;
      const started = victim.killAndStart({ reported });
      started.catch(() => undefined); // thrown at the end
      starting.push(started);
      counts.kills += 1;
      if (!reported) counts.unreportedKills += 1;
    }
    counts.deletedKeys += await scratch.flushKeys();
    const again = Array.from(
      { length: Math.min(ANNOUNCED_AT_ONCE, accepted.length) },
      () => accepted[randomInt(accepted.length)] as string,
    );
    queue.announce(again.map((id) => ({ id, queue: 'default' })));
    counts.announcedAgain += again.length;
  }
  await Promise.all(starting);
  return counts;
}

import { askRedis } from '../../support/bullmq.ts';
import type { RedisSwitch } from './redis-switch.ts';

/** What BullMQ keeps of each queue, whatever goes through it, and the probe of each process. */
const LASTING = /:(meta|events|id|stalled-check|probe|marker|pc)$/;

export interface Leftovers {
  keys: number;
  /** Keys of jobs and of lists of jobs. */
  jobs: number;
  bytes: number;
}

export function leftoversIn(redis: RedisSwitch): Promise<Leftovers> {
  return askRedis(redis, async (client) => {
    const keys = await client.keys('*');
    const sizes = await Promise.all(keys.map((key) => client.memory('USAGE', key)));
    const bytes = sizes.reduce<number>((sum, size) => sum + Number(size), 0);
    return { keys: keys.length, jobs: keys.filter((key) => !LASTING.test(key)).length, bytes };
  });
}

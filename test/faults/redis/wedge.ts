import { setTimeout as delay } from 'node:timers/promises';
import { waitFor } from '../../support/wait-for.ts';
import { pick, seeded } from '../random.ts';
import { type Harness, seconds } from './harness.ts';
import { median, takenAgainAfter } from './measures.ts';

const ROUNDS = 20;
const BACK_MS = 5_000;
const PROMPT_MS = 1_000;

type Loss = (harness: Harness, ms: number) => Promise<unknown>;

/** Ways to lose Redis. In each of them a client library has been seen to wait for ever afterwards. */
const LOSSES: readonly Loss[] = [
  async ({ redis }, ms) => {
    await redis.kill();
    await delay(ms);
    await redis.on();
  },
  async ({ redis }, ms) => {
    redis.silence();
    await delay(ms);
    redis.speak();
  },
  async ({ redis }, ms) => {
    redis.silence();
    await delay(ms);
    await redis.kill();
    await redis.on();
  },
  ({ redis }) => redis.ask('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes'),
  async ({ redis }) => {
    for (const connection of blocked(String(await redis.ask('CLIENT', 'LIST')))) await redis.ask('CLIENT', 'KILL', 'ID', connection);
  },
  ({ redis }) => redis.ask('FLUSHALL'),
];

/**
 * Loses Redis many times for 0.1 to 3 s. Each time the workers must take jobs from it again within 5 s, all of them, without
 * being started again: BullMQ 6.1 to 6.3 did not. Answers what was not so.
 */
export async function findWedges(harness: Harness, readers: number, seed: number): Promise<string[]> {
  const random = seeded(seed);
  const wedged: string[] = [];
  const times: number[] = [];
  for (let round = 1; round <= ROUNDS; round++) {
    const loss = pick(random, LOSSES);
    await loss(harness, 100 + random() * 2_900);
    const back = Date.now();
    const heard = async () => takenAgainAfter(harness, back, PROMPT_MS) !== undefined && (await harness.readers()) >= readers;
    const well = await waitFor(heard, { what: 'jobs to be taken', timeoutMs: BACK_MS }).catch(() => false);
    times.push(Date.now() - back);
    if (!well)
      wedged.push(
        `after loss ${LOSSES.indexOf(loss) + 1} in round ${round} of seed ${seed}: ${await harness.readers()} of ${readers} readers`,
      );
    await seconds(0.5);
  }
  console.log(
    `\nwedge: ${ROUNDS} losses, all ${readers} readers back after ${median(times)} ms (median), ${Math.max(...times)} ms (worst)`,
  );
  return wedged;
}

/** Ids of connections that wait for a job. */
function blocked(clients: string): string[] {
  return [...clients.matchAll(/^id=(\d+) .* cmd=bzpopmin /gm)].map(([, id = '']) => id);
}

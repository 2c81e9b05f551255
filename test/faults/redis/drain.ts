import { type Harness, seconds, untilRest } from './harness.ts';
import { median } from './measures.ts';

const TASKS = 6_000;
const PER_BATCH = 1_000;
const ROUNDS = 5;
const SETTLE_MS = 60_000;
/** Redis is noticed to be away, or back, within this. */
const NOTICE_S = 3;

const SELECT_PACE = `
  SELECT count(*) / extract(epoch FROM max(terminal_at) - min(started_at))::float8 AS pace FROM tasks WHERE parent_id = ANY ($1::uuid[])`;

/** Tasks per second out of a backlog. */
export interface Paces {
  with: number;
  killed: number;
  silent: number;
  /** Of each round, of the pace with Redis. */
  ratios: { killed: number[]; silent: number[] };
}

/** A full queue is drained with Redis, while it is killed and while it is silent, in turns, for a machine is not always as fast. */
export async function measureDrain(harness: Harness): Promise<Paces> {
  const { redis } = harness;
  const paces: Record<'with' | 'killed' | 'silent', number[]> = { with: [], killed: [], silent: [] };
  for (let round = 0; round <= ROUNDS; round++) {
    const found = { with: await drain(harness), killed: 0, silent: 0 };
    await redis.kill();
    await seconds(NOTICE_S);
    found.killed = await drain(harness);
    await redis.on();
    await seconds(NOTICE_S);
    redis.silence();
    await seconds(NOTICE_S);
    found.silent = await drain(harness);
    redis.speak();
    await seconds(NOTICE_S);
    if (round === 0) continue; // it warmed the processes
    for (const how of ['with', 'killed', 'silent'] as const) paces[how].push(found[how]);
  }
  const ratios = (of: readonly number[]) => of.map((pace, i) => pace / (paces.with[i] ?? Number.NaN));
  return {
    with: median(paces.with),
    killed: median(paces.killed),
    silent: median(paces.silent),
    ratios: { killed: ratios(paces.killed), silent: ratios(paces.silent) },
  };
}

async function drain(harness: Harness): Promise<number> {
  const { client, cluster } = harness;
  const expect = async (path: string, body: object): Promise<string> => {
    const { status, text } = await client.send(path, body);
    if (status >= 300) throw new Error(`POST ${path}: ${status} ${text}`);
    return text;
  };
  await expect('/queues/default/pause', {});
  const batches: string[] = [];
  while (batches.length * PER_BATCH < TASKS) {
    const tasks = Array.from({ length: PER_BATCH }, () => ({ taskName: 'innocent-plain', params: { ms: 0 } }));
    const accepted = JSON.parse(await expect('/batches', { name: 'backlog', tasks })) as {
      batchId: string;
      items: { executionId: string }[];
    };
    batches.push(accepted.batchId);
    for (const { executionId: id } of accepted.items) client.accepted.push({ id, name: 'innocent-plain', at: new Date() });
  }
  await expect('/queues/default/resume', {});
  await untilRest(harness, SETTLE_MS);
  const [row] = await cluster.postgres.query<{ pace: number }>(SELECT_PACE, [batches]);
  return row?.pace ?? Number.NaN;
}

import { pick } from '../random.ts';
import type { Client } from './client.ts';

const NAMES = ['innocent-plain', 'innocent-effect', 'innocent-retry'];
/** refs and what each depends on */
const CHAIN = [['a'], ['b', 'a'], ['c', 'b'], ['d', 'c']];
const DIAMOND = [['a'], ['b', 'a'], ['c', 'a'], ['d', 'b', 'c']];

/** A chain or a diamond of tasks. Some run whatever becomes of what they depend on. */
export function submitDependents(client: Client, random: () => number): void {
  const policy = pick(random, ['cancel', 'cancel', 'fail', 'run']);
  const tasks = pick(random, [CHAIN, DIAMOND]).map(([ref, ...dependsOn]) => ({
    ref,
    dependsOn,
    taskName: pick(random, NAMES),
    onDependencyFailure: policy,
    params: { ms: Math.round(20 + random() * 800) },
  }));
  client.submitBatch(tasks);
}

/** Cancels one of the newest batches and retries it in bulk; some without its dependencies. */
export async function retryBatch(client: Client, random: () => number): Promise<void> {
  const batch = pick(random, client.batches.slice(-5));
  await client.tell('DELETE', `/batches/${batch.id}`);
  const ignoreDependencies = random() < 0.2;
  await client.tell('POST', '/executions/bulk', { action: 'retry', filter: { batchId: batch.id }, ignoreDependencies });
}

/** Cancels one task of one of the newest batches, with all that depend on it, and retries its tasks one by one. */
export async function retryTasks(client: Client, random: () => number): Promise<void> {
  const { ids } = pick(random, client.batches.slice(-5));
  await client.cancel([pick(random, ids)]);
  for (const id of random() < 0.5 ? ids : ids.toReversed()) await client.tell('POST', `/executions/${id}/retry`, {});
}

/** After the faults: cancelled and waiting tasks are retried once more, so that every batch can end. */
export async function retryAll(client: Client): Promise<void> {
  for (const { id } of client.batches) {
    await client.retryUntilAnswered('POST', '/executions/bulk', { action: 'retry', filter: { batchId: id } });
  }
}

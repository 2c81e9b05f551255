import type pg from 'pg';

type Method = (...args: unknown[]) => Promise<unknown>;

/**
 * The next call that `concerns` selects does its work, but its answer is lost: the caller cannot know whether the work
 * was done. An answer that `counts` rejects, such as that of a claim which found nothing, arrives. Returns the number of lost answers.
 */
export function loseReply(
  target: object,
  method: string,
  concerns: (...args: unknown[]) => boolean = () => true,
  counts: (answer: unknown) => boolean = () => true,
): () => number {
  const real = Reflect.get(target, method) as Method;
  let lost = 0;
  Reflect.set(target, method, async (...args: unknown[]) => {
    const answer = await real.apply(target, args);
    if (lost > 0 || !concerns(...args) || !counts(answer)) return answer;
    lost += 1;
    throw new Error('Connection terminated unexpectedly');
  });
  return () => lost;
}

/** Like loseReply, for the next transaction that a connection of the pool commits. */
export function loseCommit(pool: pg.Pool): () => number {
  const wrapped = new Map<object, () => number>();
  const total = (): number => [...wrapped.values()].reduce((sum, lost) => sum + lost(), 0);
  pool.on('acquire', (client) => {
    if (!wrapped.has(client))
      wrapped.set(
        client,
        loseReply(client, 'query', (text) => text === 'COMMIT' && total() === 0),
      );
  });
  return total;
}

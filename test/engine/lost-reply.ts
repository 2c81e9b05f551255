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

type Reply = (error: Error | null, results?: unknown) => void;

/** Replaces the reply to the next group of statements that the pool runs (statement-group.ts). */
function onGroupReply(pool: pg.Pool, replace: (reply: Reply) => Reply): void {
  let done = false;
  const wrapped = new WeakSet();
  pool.on('acquire', (client) => {
    const real = Reflect.get(client, 'query') as (...args: unknown[]) => unknown;
    if (done || wrapped.has(client)) return;
    wrapped.add(client);
    Reflect.set(client, 'query', (...args: unknown[]) => {
      const [query] = args as [{ callback?: Reply; submit?: unknown }];
      if (!done && typeof query.submit === 'function') {
        done = true;
        query.callback = replace(query.callback as Reply);
      }
      return real.apply(client, args);
    });
  });
}

/** The group does its work, but its caller gets the error of a lost connection. Returns the number of lost replies. */
export function loseGroupReply(pool: pg.Pool): () => number {
  let lost = 0;
  onGroupReply(pool, (reply) => (error) => {
    lost += 1;
    reply(error ?? new Error('Connection terminated unexpectedly'));
  });
  return () => lost;
}

/** The group does its work, and its caller gets the reply, or `error` in its place, only when `deliver` is called. */
export function holdGroupReply(pool: pg.Pool, lost?: Error): { committed: Promise<void>; deliver: () => void } {
  const committed = Promise.withResolvers<void>();
  const delivered = Promise.withResolvers<void>();
  onGroupReply(pool, (reply) => (error, results) => {
    committed.resolve();
    void delivered.promise.then(() => (lost ? reply(lost) : reply(error, results)));
  });
  return { committed: committed.promise, deliver: () => delivered.resolve() };
}

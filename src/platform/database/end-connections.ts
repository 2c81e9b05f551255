import type { Socket } from 'node:net';
import type pg from 'pg';
import { timerMs } from '../../core/time/timer-ms.ts';

/** `end` waits for every checked-out connection and for the server's answer; neither may come. */
const END_MS = 5_000;

/**
 * Ends a pool or a connection. After `ms` its sockets are destroyed, because one that stays open keeps the process alive.
 * Never throws: it runs in `finally`, where it would hide the first error.
 */
export async function endWithin(target: Pick<pg.Pool, 'end'>, ms = END_MS): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<'late'>();
  const timer = setTimeout(() => resolve('late'), timerMs(ms));
  const ended = await Promise.race([target.end().catch(() => 'failed' as const), late]);
  clearTimeout(timer);
  if (ended !== undefined) for (const socket of socketsOf(target)) socket.destroy();
}

/** pg names none of these publicly: a pool keeps its clients, and a client its connection. */
function socketsOf(target: object): Socket[] {
  const clients = (Reflect.get(target, '_clients') as object[] | undefined) ?? [target];
  return clients.flatMap((client) => {
    const connection = Reflect.get(client, 'connection') as { stream?: Socket } | undefined;
    return connection?.stream ? [connection.stream] : [];
  });
}

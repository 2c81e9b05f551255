import { timerMs } from '../../core/time/timer-ms.ts';
import type pg from 'pg';

/** `end` waits for every checked-out connection and for the server's answer; neither may come. */
const END_MS = 5_000;

/**
 * Ends a pool or a connection. Resolves after `ms` at the latest. Never throws, because it runs in `finally`, where it
 * would hide the first error.
 */
export async function endWithin(target: Pick<pg.Pool, 'end'>, ms = END_MS): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timerMs(ms));
  });
  await Promise.race([target.end().catch(() => undefined), late]);
  clearTimeout(timer);
}

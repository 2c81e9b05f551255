import type { Fence } from '../core/task/task.ts';
import type { StoppedAttempt } from './transition-result.ts';

/**
 * Tells the owners of leased tasks which of their attempts are over. The news names the epoch: by the time it arrives the
 * same process may run the next attempt of the same task.
 */
export const STOPPED_CHANNEL = 'contenthub_stopped';

/** A NOTIFY payload holds 8,000 bytes; id, epoch and two separators take 48 at most. */
const FENCES_IN_ONE = 160;

export function encodeStoppedAttempts(stopped: readonly StoppedAttempt[]): string[] {
  const fences = stopped.filter(({ owner }) => owner !== null).map(({ id, epoch }) => `${id}/${epoch}`);
  const payloads: string[] = [];
  for (let i = 0; i < fences.length; i += FENCES_IN_ONE) payloads.push(fences.slice(i, i + FENCES_IN_ONE).join(','));
  return payloads;
}

/** None when the news does not say which: the heartbeat will find them. */
export function decodeStoppedAttempts(payload: string): Fence[] {
  if (payload === '') return [];
  return payload.split(',').map((fence) => {
    const [id = '', epoch] = fence.split('/');
    return { id, epoch: Number(epoch) };
  });
}

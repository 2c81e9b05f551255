import type { Fence } from '../core/task/task.ts';
import type { StoppedAttempt } from './transition-result.ts';

/**
 * The attempt-stop channel names attempts that have ended to the owners of their leases. A message carries the epoch, because
 * the same process may already run the next attempt of the task.
 */
export const STOPPED_CHANNEL = 'contenthub_stopped';

/** A NOTIFY payload holds 8,000 bytes; id, epoch and two separators take 48 at most. */
const FENCES_PER_MESSAGE = 160;

export function encodeStoppedAttempts(stopped: readonly StoppedAttempt[]): string[] {
  const fences = stopped.filter(({ owner }) => owner !== null).map(({ id, epoch }) => `${id}/${epoch}`);
  const payloads: string[] = [];
  for (let i = 0; i < fences.length; i += FENCES_PER_MESSAGE) payloads.push(fences.slice(i, i + FENCES_PER_MESSAGE).join(','));
  return payloads;
}

/** Empty for a message without names: the heartbeat finds such attempts. */
export function decodeStoppedAttempts(payload: string): Fence[] {
  if (payload === '') return [];
  return payload.split(',').map((fence) => {
    const [id = '', epoch] = fence.split('/');
    return { id, epoch: Number(epoch) };
  });
}

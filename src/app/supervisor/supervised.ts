import type { ReadyMessage } from './messages.ts';

/**
 * Calls `drain` once when the supervisor has died, because nothing would stop or restart this process any more. Never
 * called without a supervisor.
 */
export function onSupervisorGone(drain: () => void): void {
  if (process.send === undefined) return;
  if (process.connected) process.once('disconnect', drain);
  else queueMicrotask(drain);
}

/** Sends the address of the API to the supervisor, if there is one. */
export function reportReady(url: string): void {
  if (!process.connected) return;
  const message: ReadyMessage = { type: 'ready', url };
  process.send?.(message);
}

import type { ReadyMessage } from './messages.ts';

/** Calls `drain` once when the supervisor has died: nobody will stop or restart this process any more. Without a supervisor, never. */
export function onSupervisorGone(drain: () => void): void {
  if (process.send === undefined) return;
  if (process.connected) process.once('disconnect', drain);
  else queueMicrotask(drain);
}

/** Tells the supervisor, if there is one, where the API answers. */
export function reportReady(url: string): void {
  if (!process.connected) return;
  const message: ReadyMessage = { type: 'ready', url };
  process.send?.(message);
}

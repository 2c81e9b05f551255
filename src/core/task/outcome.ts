/** How an attempt ended. A plain return value means `done`; a thrown value is classified (failure.ts). */
export type Outcome =
  | { readonly kind: 'done'; readonly result: unknown }
  | { readonly kind: 'retry'; readonly reason: string; readonly delayMs: number | null }
  | { readonly kind: 'snooze'; readonly reason: string; readonly delayMs: number }
  | { readonly kind: 'wait'; readonly externalId: string; readonly pollAfterMs: number }
  | { readonly kind: 'cancel'; readonly reason: string };

const OUTCOME = Symbol('outcome');
type Marked = Outcome & { readonly [OUTCOME]: true };
const mark = <T extends Outcome>(outcome: T): Outcome => ({ ...outcome, [OUTCOME]: true }) as Marked;

export const done = (result?: unknown): Outcome => mark({ kind: 'done', result: result ?? null });
/** Uses up an attempt. With `delayMs` null the definition's backoff applies. */
export const retry = (reason: string, delayMs: number | null = null): Outcome => mark({ kind: 'retry', reason, delayMs });
/** Gives the attempt back and schedules the task again after `delayMs`. */
export const snooze = (reason: string, delayMs: number): Outcome => mark({ kind: 'snooze', reason, delayMs });
/**
 * The work runs in another system under this id. The slot is freed, and the handler's `poll` is called after
 * `pollAfterMs`.
 */
export const wait = (externalId: string, pollAfterMs: number): Outcome => mark({ kind: 'wait', externalId, pollAfterMs });
/** The handler found the work pointless. */
export const cancel = (reason: string): Outcome => mark({ kind: 'cancel', reason });

/** Turns a handler's return value into an Outcome. An object that only resembles an Outcome is a result. */
export function toOutcome(returned: unknown): Outcome {
  return typeof returned === 'object' && returned !== null && OUTCOME in returned ? (returned as Marked) : done(returned);
}

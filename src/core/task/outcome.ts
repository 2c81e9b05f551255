/** What a handler says of its attempt. A plain return value means `done`, a throw is classified (failure.ts). */
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
/** Spends an attempt; `delayMs` null leaves the wait to the definition's back-off. */
export const retry = (reason: string, delayMs: number | null = null): Outcome => mark({ kind: 'retry', reason, delayMs });
/** Not now: the attempt is given back and the task comes again after `delayMs`. */
export const snooze = (reason: string, delayMs: number): Outcome => mark({ kind: 'snooze', reason, delayMs });
/** The work goes on elsewhere under this id; the slot is free, and the handler's `poll` is asked after `pollAfterMs`. */
export const wait = (externalId: string, pollAfterMs: number): Outcome => mark({ kind: 'wait', externalId, pollAfterMs });
/** The work turned out to be pointless. */
export const cancel = (reason: string): Outcome => mark({ kind: 'cancel', reason });

/** A handler's return value as an Outcome; an object that merely looks like one is a result. */
export function toOutcome(returned: unknown): Outcome {
  return typeof returned === 'object' && returned !== null && OUTCOME in returned ? (returned as Marked) : done(returned);
}

import type { PublicStatus } from '../../core/task/states.ts';

/** The ends of a content task that a callback may report. */
export const CALLBACK_EVENTS = ['completed', 'failed', 'timeout', 'cancelled'] as const satisfies readonly PublicStatus[];
export type CallbackEvent = (typeof CALLBACK_EVENTS)[number];

import { type Slot, slotTimes } from '../publishing/slot-times.ts';
import { dayOf } from '../publishing/slots.ts';
import { CronTimes } from './cron.ts';

const MINUTE_MS = 60_000;

/** When a schedule fires. */
export type Trigger =
  | { readonly type: 'cron'; readonly expression: string }
  /** `anchorAt` and every multiple of `everyMs` from it: late firings do not shift the following ones. */
  | { readonly type: 'every'; readonly everyMs: number; readonly anchorAt: string }
  | { readonly type: 'once'; readonly at: string }
  | SlotsTrigger;

/** The publishing slots of an account. The slots and the days are those of the account, which keeps them current. */
export interface SlotsTrigger {
  readonly type: 'slots';
  readonly accountId: string;
  /** The due time is so long before the slot. */
  readonly leadMinutes: number;
  readonly slots: readonly Slot[];
  /** `YYYY-MM-DD`: slots of these days are left out. */
  readonly blackoutDays: readonly string[];
}

export type TriggerType = Trigger['type'];
export const TRIGGER_TYPES = ['cron', 'every', 'once', 'slots'] as const satisfies readonly TriggerType[];

/** What decides the due times of a schedule. */
export interface Timing {
  readonly trigger: Trigger;
  /** IANA name. */
  readonly timeZone: string;
  /** No due time before it. */
  readonly startsAt: Date | null;
  /** No due time at or after it. */
  readonly endsAt: Date | null;
}

/** The first due time after `after`; null when there is none. */
export function nextDue({ trigger, timeZone, startsAt, endsAt }: Timing, after: Date): Date | null {
  const from = startsAt !== null && startsAt > after ? new Date(startsAt.getTime() - 1) : after;
  const next = nextOf(trigger, timeZone, from);
  return next !== null && (endsAt === null || next < endsAt) ? next : null;
}

/** The first `count` due times after `after`. */
export function nextDues(timing: Timing, after: Date, count: number): Date[] {
  const dues: Date[] = [];
  for (let due = nextDue(timing, after); due !== null && dues.length < count; due = nextDue(timing, due)) dues.push(due);
  return dues;
}

function nextOf(trigger: Trigger, timeZone: string, after: Date): Date | null {
  switch (trigger.type) {
    case 'cron':
      return cronTimes(trigger.expression).next(after, timeZone);
    case 'every':
      return nextMultiple(new Date(trigger.anchorAt).getTime(), trigger.everyMs, after.getTime());
    case 'slots':
      return nextSlot(trigger, timeZone, after);
    default: {
      const at = new Date(trigger.at);
      return at > after ? at : null;
    }
  }
}

function nextSlot({ slots, blackoutDays, leadMinutes }: SlotsTrigger, timeZone: string, after: Date): Date | null {
  const lead = leadMinutes * MINUTE_MS;
  for (const time of slotTimes(slots, timeZone, new Date(after.getTime() + lead)))
    if (!blackoutDays.includes(dayOf(time, timeZone))) return new Date(time.getTime() - lead);
  return null;
}

function nextMultiple(anchor: number, every: number, after: number): Date {
  return new Date(anchor + Math.max(0, Math.floor((after - anchor) / every) + 1) * every);
}

const MOST_PARSED = 1_000;
const parsed = new Map<string, CronTimes>();

/** Parsing costs more than the next time. @throws {CronError} */
export function cronTimes(expression: string): CronTimes {
  const known = parsed.get(expression);
  if (known) return known;
  const times = new CronTimes(expression);
  if (parsed.size >= MOST_PARSED) parsed.clear();
  parsed.set(expression, times);
  return times;
}

/**
 * By how much a firing is later than its due time: 0 to `jitterMs`, the same for the same schedule and time in every process, and
 * different for two schedules that are due at once (FNV-1a).
 */
export function jitterOf(scheduleId: string, due: Date, jitterMs: number): number {
  let hash = 0x811c9dc5;
  for (const character of `${scheduleId}:${due.getTime()}`) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193) >>> 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b) >>> 0;
  return ((hash ^ (hash >>> 13)) >>> 0) % (jitterMs + 1);
}

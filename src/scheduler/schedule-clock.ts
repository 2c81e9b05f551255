import { jitterOf, nextDue } from '../core/schedule/trigger.ts';
import type { Schedule, ScheduleFields } from './schedule.ts';

/** What a row stores about its next firing. */
export interface NextFiring {
  readonly nextDueAt: Date | null;
  /** The due time with its jitter. */
  readonly nextFireAt: Date | null;
}

export function fireTimeOf({ id, jitterSeconds }: Pick<Schedule, 'id' | 'jitterSeconds'>, due: Date): Date {
  return new Date(due.getTime() + jitterOf(id, due, jitterSeconds * 1_000));
}

/** The first firing whose due time is after `after`. */
export function nextFiring(schedule: Pick<ScheduleFields, keyof ScheduleFields> & { readonly id: string }, after: Date): NextFiring {
  return firingAt(schedule, nextDue(schedule, after));
}

/** The first due time that was not handled. That of a changed account is not stored yet. */
export function currentDue(schedule: Schedule): Date | null {
  return schedule.slotsChangedAt === null ? schedule.nextDueAt : nextDue(schedule, schedule.slotsChangedAt);
}

export function withCurrentDue<Row extends Schedule>(schedule: Row): Row {
  return { ...schedule, nextDueAt: currentDue(schedule) };
}

export function firingAt(schedule: Pick<Schedule, 'id' | 'jitterSeconds'>, due: Date | null): NextFiring {
  return { nextDueAt: due, nextFireAt: due === null ? null : fireTimeOf(schedule, due) };
}

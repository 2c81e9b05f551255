import type { MisfirePolicy } from '../core/schedule/firing-plan.ts';
import type { OverlapPolicy } from '../core/schedule/overlap.ts';
import type { Timing } from '../core/schedule/trigger.ts';
import type { TaskStatus } from '../core/task/states.ts';

/** What a caller decides about a schedule. */
export interface ScheduleFields extends Timing {
  readonly name: string;
  readonly taskName: string;
  /** Its texts are Liquid templates. */
  readonly params: Readonly<Record<string, unknown>>;
  /** 1–10; null for the default. */
  readonly priority: number | null;
  readonly overlap: OverlapPolicy;
  readonly misfire: MisfirePolicy;
  readonly catchUpSeconds: number;
  readonly jitterSeconds: number;
}

/** A row of `schedules`. */
export interface Schedule extends ScheduleFields {
  readonly id: string;
  readonly pausedAt: Date | null;
  readonly pausedBy: string | null;
  /** It comes from the tasks file. */
  readonly declared: boolean;
  /** The first due time that was not handled; null when there is none. */
  readonly nextDueAt: Date | null;
  /** The slots of its account have changed since the next due time was stored. */
  readonly slotsChangedAt: Date | null;
  readonly version: number;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** A schedule that a firing has locked. */
export interface LockedSchedule extends Schedule {
  readonly now: Date;
  /** The clock was at this time and went back. */
  readonly replanFrom: Date | null;
}

export const FIRING_KINDS = ['due', 'run_now', 'backfill', 'note'] as const;
export type FiringKind = (typeof FIRING_KINDS)[number];
export const FIRING_OUTCOMES = ['fired', 'skipped', 'failed', 'noted'] as const;
export type FiringOutcome = (typeof FIRING_OUTCOMES)[number];

/** A row of `schedule_firings` that is written. */
export interface NewFiring {
  readonly scheduleId: string;
  readonly dueAt: Date;
  readonly kind: FiringKind;
  readonly outcome: FiringOutcome;
  readonly reason?: string;
  readonly detail?: string;
  readonly untilAt?: Date | null;
  readonly count?: number | null;
  readonly taskId?: string;
  /** The task may keep a later firing from starting. */
  readonly open?: boolean;
  readonly actor: string;
  readonly requestKey?: string | null;
  /** The due time with its jitter, for firings that can be late. */
  readonly fireAt?: Date;
}

/** What happened to a due time. */
export interface Firing {
  readonly dueAt: Date;
  readonly kind: FiringKind;
  readonly outcome: FiringOutcome;
  readonly reason: string | null;
  readonly detail: string | null;
  readonly untilAt: Date | null;
  readonly count: number | null;
  readonly taskId: string | null;
  /** Null when the task was deleted. */
  readonly taskStatus: TaskStatus | null;
  readonly actor: string;
  readonly at: Date;
  readonly lateMs: number | null;
}

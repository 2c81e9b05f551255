import { mutant } from './mutant.mjs';

const SQL = 'src/scheduler/firing.sql.ts';
const ROWS = 'src/scheduler/schedule.sql.ts';
const PLAN = 'src/core/schedule/firing-plan.ts';
const firing = 'test/scheduler/firing.int-spec.ts';
const plan = 'src/core/schedule/firing-plan.spec.ts';
const trigger = 'src/core/schedule/trigger.spec.ts';
const cron = 'src/core/schedule/cron.spec.ts';
const api = 'test/scheduler/schedules.e2e-spec.ts';
const slots = 'test/scheduler/slots.e2e-spec.ts';
const system = 'test/scheduler/system-schedules.e2e-spec.ts';
const MIGRATION = 'migrations/1796000000082-slots-and-system-schedules.ts';

export const schedules = [
  mutant(
    'system schedule: no round before the first look',
    'src/scheduler/system/system-schedule-sync.ts',
    'loops.setPaused(new Set(pausable));',
    '',
    'src/scheduler/system/system-schedule-sync.spec.ts',
    'before the pauses are read',
  ),
  mutant(
    'system schedule: obeys a pause',
    'src/platform/lifecycle/loop.ts',
    'if (this.options.isPaused?.()) this.record.suspended();\n      else ',
    '',
    system,
    'begin no round',
  ),
  mutant(
    'system schedule: no firing while paused',
    'src/scheduler/schedule-pulse.ts',
    'if (this.loops.isPaused(NAME)) return this.record.suspended();',
    '',
    system,
    'none fires',
  ),
  mutant(
    'schedule: a due time stays',
    MIGRATION,
    'next_due_at = CASE WHEN s.next_due_at <= at THEN s.next_due_at ELSE at END',
    'next_due_at = at',
    slots,
    'that has come',
  ),
  mutant(
    'schedule: follows its account',
    MIGRATION,
    'slots_changed_at = CASE WHEN s.next_due_at <= at THEN s.slots_changed_at ELSE at END',
    'slots_changed_at = NULL',
    slots,
    'as soon as',
  ),
  mutant(
    'schedule: one time in the gap',
    'src/core/publishing/slot-times.ts',
    'if (at <= last) continue;',
    '',
    'src/core/publishing/slot-times.spec.ts',
    'two slots',
  ),
  mutant(
    'schedule: a due time fires once',
    SQL,
    "WHERE f.outcome IN ('skipped', 'failed') AND excluded.outcome",
    'WHERE excluded.outcome',
    firing,
    'not replaced',
  ),
  mutant('schedule: locked by one process', SQL, 'FOR NO KEY UPDATE SKIP LOCKED`;\n\n/** $1 ids', '`;\n\n/** $1 ids', firing, 'has locked'),
  mutant('schedule: steps over locked rows', SQL, 'UPDATE SKIP LOCKED`;\n\n/** $1 ids', 'UPDATE`;\n\n/** $1 ids', firing, 'has locked'),
  mutant('schedule: not while paused', ROWS, 'paused_by = $2, next_fire_at = NULL', 'paused_by = $2', firing, 'while it is paused'),
  mutant(
    'schedule: no overlap',
    'src/core/schedule/overlap.ts',
    'live.length === 0 ? 1 : 0',
    'live.length < 0 ? 0 : 1',
    [plan, firing],
    'skip: ',
  ),
  mutant(
    'schedule: bounded queue',
    'src/core/schedule/overlap.ts',
    'LONGEST_QUEUE - live.length',
    'LONGEST_QUEUE',
    plan,
    'holds at most 100',
  ),
  mutant('schedule: bounded misfires', PLAN, 'dues.slice(-MOST_CATCH_UPS)', 'dues', plan, 'at most the newest 100'),
  mutant('schedule: catch-up window', PLAN, "if (lateMs > catchUpMs) return 'outside_window';", '', plan, 'all: those within'),
  mutant(
    'schedule: end date',
    'src/core/schedule/trigger.ts',
    '(endsAt === null || next < endsAt)',
    '(endsAt !== undefined)',
    trigger,
    'before the end',
  ),
  mutant(
    'schedule: repeated hour',
    'src/core/schedule/cron.ts',
    'if (at > instant) return at; // otherwise',
    'return at; // otherwise',
    cron,
    'repeated hour',
  ),
  mutant('schedule: clock that went back', SQL, "coalesce(c.pulse_at > app_now() + interval '10 s', false)", 'false', firing, 'jumps'),
  mutant(
    'schedule: skips once',
    'src/scheduler/schedule-actions.service.ts',
    'if (schedule.version !== version) throw',
    'if (version < 0) throw',
    firing,
    'skips once',
  ),
  mutant(
    'schedule: its version',
    'src/scheduler/schedule.service.ts',
    'if (stored.version !== schedule.version) throw',
    'if (stored.version < 0) throw',
    firing,
    'another change',
  ),
  mutant(
    'schedule: back-fill of the past',
    'src/scheduler/schedule-actions.service.ts',
    'if (to > schedule.now) throw',
    'if (to < from) throw',
    api,
    'to come',
  ),
];

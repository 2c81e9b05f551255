import { AGE_LIMIT } from '../platform/database/age-limit.ts';
import { DELETED_ROWS } from '../platform/database/delete-in-pages.ts';
import { SCHEDULE_COLUMNS } from './schedule.sql.ts';

/** Firings of schedules. The database's clock decides what is due, and the primary key that it fires once. */

/** Schedules of one transaction. */
export const SCHEDULES_PER_ROUND = 50;

/** $1 limit, $2 ids or null for all. Locks due schedules that no other process has locked. A paused one has no next_fire_at. */
export const TAKE_DUE = `
  SELECT ${SCHEDULE_COLUMNS}, s.replan_from AS "replanFrom", date_trunc('milliseconds', app_now()) AS now FROM schedules s
  WHERE s.next_fire_at <= app_now() AND ($2::uuid[] IS NULL OR s.id = ANY ($2::uuid[]))
  ORDER BY s.next_fire_at LIMIT $1 FOR NO KEY UPDATE SKIP LOCKED`;

/** $1 ids of schedules. Their unfinished tasks, oldest first. */
export const SELECT_LIVE_TASKS = `
  SELECT schedule_id AS "scheduleId", task_id AS "taskId" FROM schedule_live_tasks WHERE schedule_id = ANY ($1::uuid[]) ORDER BY due_at`;

/** $1 ids of schedules. Firings whose task has ended are not looked at again. */
export const CLOSE_ENDED = `
  UPDATE schedule_firings f SET open = false
  WHERE f.open AND f.schedule_id = ANY ($1::uuid[])
    AND NOT EXISTS (SELECT FROM schedule_live_tasks l WHERE l.schedule_id = f.schedule_id AND l.due_at = f.due_at)`;

/**
 * $1 rows of NewFiring. A due time that was skipped or failed may fire after all: a back-fill, or a clock that went back. Returns the
 * due times that were written, and not those that have fired before.
 */
export const INSERT_FIRINGS = `
  INSERT INTO schedule_firings AS f (schedule_id, due_at, kind, outcome, reason, detail, until_at, count, task_id, open, actor, request_key, at, late_ms)
  SELECT "scheduleId", "dueAt", kind, outcome, reason, detail, "untilAt", count, "taskId", coalesce(open, false), actor, "requestKey", app_clock(),
         greatest(0, extract(epoch FROM app_clock() - "fireAt") * 1000)::int
  FROM json_to_recordset($1::json) AS r ("scheduleId" uuid, "dueAt" timestamptz, kind text, outcome text, reason text, detail text,
    "untilAt" timestamptz, count int, "taskId" uuid, open boolean, actor text, "requestKey" text, "fireAt" timestamptz)
  ON CONFLICT (schedule_id, due_at) DO UPDATE
    SET kind = excluded.kind, outcome = excluded.outcome, reason = excluded.reason, detail = excluded.detail, until_at = NULL, count = NULL,
        task_id = excluded.task_id, open = excluded.open, actor = excluded.actor, at = excluded.at, late_ms = excluded.late_ms
    WHERE f.outcome IN ('skipped', 'failed') AND excluded.outcome = 'fired' AND (excluded.kind = 'backfill' OR f.reason <> 'skip_next')
  RETURNING f.schedule_id AS "scheduleId", f.due_at AS "dueAt", f.task_id AS "taskId", f.late_ms AS "lateMs"`;

/** $1 rows {id, nextDueAt, nextFireAt}. */
export const ADVANCE_SCHEDULES = `
  UPDATE schedules s SET next_due_at = r."nextDueAt", next_fire_at = r."nextFireAt", replan_from = NULL, slots_changed_at = NULL
  FROM json_to_recordset($1::json) AS r (id uuid, "nextDueAt" timestamptz, "nextFireAt" timestamptz) WHERE s.id = r.id`;

/** $1 schedule, $2 limit, $3 before this time or null. Newest first. */
export const SELECT_FIRINGS = `
  SELECT due_at AS "dueAt", kind, outcome, reason, detail, until_at AS "untilAt", count, task_id AS "taskId", actor, at, late_ms AS "lateMs"
  FROM schedule_firings WHERE schedule_id = $1 AND ($3::timestamptz IS NULL OR due_at < $3) ORDER BY due_at DESC LIMIT $2`;

/** $1 schedule, $2 from, $3 until (exclusive). The due times that have fired. */
export const SELECT_FIRED = `
  SELECT due_at AS "dueAt" FROM schedule_firings WHERE schedule_id = $1 AND due_at >= $2 AND due_at < $3 AND outcome = 'fired'`;

/** $1 schedule, $2 request key. The firing of an earlier request with this key. */
export const SELECT_REQUESTED = `
  SELECT due_at AS "dueAt", task_id AS "taskId" FROM schedule_firings WHERE schedule_id = $1 AND request_key = $2`;

/** Whether a schedule is due, and how the clock differs from the latest pulse: `moved` back, or `stale` enough to be stored again. */
export const SELECT_PULSE = `
  SELECT EXISTS (SELECT FROM schedules WHERE next_fire_at <= app_now()) AS due, coalesce(c.pulse_at > app_now() + interval '10 s', false) AS moved,
         coalesce(c.pulse_at < app_now() - interval '5 s', true) AS stale
  FROM (SELECT) AS one LEFT JOIN schedule_clock c ON true`;

export const STORE_PULSE = `
  INSERT INTO schedule_clock AS c (pulse_at) VALUES (app_now())
  ON CONFLICT (singleton) DO UPDATE SET pulse_at = excluded.pulse_at WHERE c.pulse_at < excluded.pulse_at`;

/** The clock went back: every schedule finds its next due time again. One of many processes does it. */
export const REPLAN_ALL = `
  WITH before AS MATERIALIZED (SELECT pulse_at FROM schedule_clock WHERE pulse_at > app_now() + interval '10 s' FOR UPDATE),
  stored AS (UPDATE schedule_clock c SET pulse_at = app_now() FROM before)
  UPDATE schedules s SET next_due_at = coalesce(s.next_due_at, app_now()), next_fire_at = app_now(), replan_from = before.pulse_at
  FROM before WHERE s.paused_at IS NULL`;

/** $1 seconds. Open firings of unfinished tasks stay. */
export const DELETE_FIRINGS = `
  WITH old AS (
    SELECT schedule_id, due_at FROM schedule_firings f WHERE at < ${AGE_LIMIT}
      AND NOT EXISTS (SELECT FROM schedule_live_tasks l WHERE l.schedule_id = f.schedule_id AND l.due_at = f.due_at)
    ORDER BY at LIMIT ${DELETED_ROWS} FOR UPDATE SKIP LOCKED)
  DELETE FROM schedule_firings f USING old WHERE f.schedule_id = old.schedule_id AND f.due_at = old.due_at RETURNING 1`;

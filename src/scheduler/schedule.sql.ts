/** Rows of `schedules`. Next times are computed outside of the database and written with the row. */

export const SCHEDULE_COLUMNS = `
  s.id, s.name, s.task_name AS "taskName", s.params, s.priority, s.trigger, s.time_zone AS "timeZone", s.overlap, s.misfire,
  s.catch_up_seconds AS "catchUpSeconds", s.jitter_seconds AS "jitterSeconds", s.starts_at AS "startsAt", s.ends_at AS "endsAt",
  s.paused_at AS "pausedAt", s.paused_by AS "pausedBy", s.declared, s.next_due_at AS "nextDueAt",
  s.slots_changed_at AS "slotsChangedAt", s.version, s.created_by AS "createdBy",
  s.created_at AS "createdAt", s.updated_at AS "updatedAt"`;

const FIELDS = `name text, "taskName" text, params jsonb, priority smallint, trigger jsonb, "timeZone" text, overlap text, misfire text,
  "catchUpSeconds" int, "jitterSeconds" int, "startsAt" timestamptz, "endsAt" timestamptz, "nextDueAt" timestamptz, "nextFireAt" timestamptz`;

/** In milliseconds, as JavaScript has them. */
export const SELECT_CLOCK = `SELECT date_trunc('milliseconds', app_clock()) AS now`;

/** $1 id, $2 fields, $3 actor, $4 whether the tasks file declares it. Nothing when the name is taken. */
export const INSERT_SCHEDULE = `
  WITH added AS (
    INSERT INTO schedules (id, name, task_name, params, priority, trigger, time_zone, overlap, misfire, catch_up_seconds, jitter_seconds,
                           starts_at, ends_at, next_due_at, next_fire_at, created_by, declared)
    SELECT $1::uuid, name, "taskName", params, priority, trigger, "timeZone", overlap, misfire, "catchUpSeconds", "jitterSeconds",
           "startsAt", "endsAt", "nextDueAt", "nextFireAt", $3::text, $4::boolean
    FROM json_to_record($2::json) AS r (${FIELDS})
    ON CONFLICT (name) DO NOTHING RETURNING *)
  SELECT ${SCHEDULE_COLUMNS} FROM added s`;

/** $1 id, $2 fields, $3 the version that the caller read. A paused schedule stays paused. */
export const UPDATE_SCHEDULE = `
  WITH changed AS (
    UPDATE schedules s SET name = r.name, task_name = r."taskName", params = r.params, priority = r.priority, trigger = r.trigger,
           time_zone = r."timeZone", overlap = r.overlap, misfire = r.misfire, catch_up_seconds = r."catchUpSeconds",
           jitter_seconds = r."jitterSeconds", starts_at = r."startsAt", ends_at = r."endsAt", next_due_at = r."nextDueAt",
           next_fire_at = CASE WHEN s.paused_at IS NULL THEN r."nextFireAt" END, replan_from = NULL, slots_changed_at = NULL,
           version = s.version + 1,
           updated_at = app_clock()
    FROM json_to_record($2::json) AS r (${FIELDS})
    WHERE s.id = $1 AND s.version = $3::int RETURNING s.*)
  SELECT ${SCHEDULE_COLUMNS} FROM changed s`;

/** $1 id. Locks the row until the transaction ends. */
export const LOCK_SCHEDULE = `
  SELECT ${SCHEDULE_COLUMNS}, s.replan_from AS "replanFrom", date_trunc('milliseconds', app_now()) AS now FROM schedules s WHERE s.id = $1 FOR NO KEY UPDATE`;

/** The schedules of the tasks file, locked until the transaction ends. */
export const LOCK_DECLARED = `SELECT ${SCHEDULE_COLUMNS} FROM schedules s WHERE s.declared ORDER BY s.id FOR NO KEY UPDATE`;

/** $1 id, $2 actor. Its next due time stays: at the resumption the due times since then are known. */
export const PAUSE_SCHEDULE = `
  UPDATE schedules SET paused_at = app_clock(), paused_by = $2, next_fire_at = NULL, version = version + 1, updated_at = app_clock()
  WHERE id = $1 AND paused_at IS NULL`;

/** $1 id, $2 the next due time, $3 the same with its jitter. */
export const RESUME_SCHEDULE = `
  UPDATE schedules SET paused_at = NULL, paused_by = NULL, next_due_at = $2, next_fire_at = $3, replan_from = NULL, slots_changed_at = NULL,
         version = version + 1, updated_at = app_clock()
  WHERE id = $1`;

/** $1 id, $2 the next due time, $3 the same with its jitter. */
export const SKIP_NEXT = `
  UPDATE schedules SET next_due_at = $2, next_fire_at = $3, slots_changed_at = NULL, version = version + 1, updated_at = app_clock() WHERE id = $1`;

/** $1 account. It cannot change its slots before the transaction ends. */
export const LOCK_SLOTS = `
  SELECT time_zone AS "timeZone", slots, blackout_days AS "blackoutDays" FROM account_slots WHERE account_id = $1 FOR SHARE`;

/** $1 name or id of an account, as LOCK_SLOTS. */
export const LOCK_SLOTS_OF_NAMED = `
  SELECT account_id AS "accountId", time_zone AS "timeZone", slots, blackout_days AS "blackoutDays" FROM account_slots
  WHERE name = $1 OR account_id::text = lower($1) FOR SHARE`;

/** Schedules that are due for longer than 10 s without having fired, the latest first. */
export const SELECT_LATE = `
  SELECT name, extract(epoch FROM app_now() - next_fire_at)::float8 AS seconds FROM schedules
  WHERE next_fire_at < app_now() - interval '10 s' ORDER BY next_fire_at LIMIT 50`;

export const DELETE_SCHEDULE = `DELETE FROM schedules WHERE id = $1`;

export const SELECT_SCHEDULE = `SELECT ${SCHEDULE_COLUMNS} FROM schedules s WHERE s.id = $1`;

/** $1 limit, $2 before this id, $3 name, $4 task, $5 status; null for any. Newest first. */
export const SELECT_SCHEDULES = `
  SELECT ${SCHEDULE_COLUMNS} FROM schedules s
  WHERE ($2::uuid IS NULL OR s.id < $2) AND ($3::text IS NULL OR s.name = $3) AND ($4::text IS NULL OR s.task_name = $4)
    AND ($5::text IS NULL OR $5 = CASE WHEN s.paused_at IS NOT NULL THEN 'paused' WHEN s.next_due_at IS NULL THEN 'finished' ELSE 'active' END)
  ORDER BY s.id DESC LIMIT $1`;

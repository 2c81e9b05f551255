/**
 * One process at a time evaluates the rules. A process claims the round, reads the metrics without a lock, and applies what follows in a
 * transaction that holds the row of the claim. A later claim of another process makes the earlier one void.
 */

const EVERY = 'make_interval(secs => $1)';

/** $1 seconds between two rounds. A time in the future, which a clock that was set back leaves, is claimed too. */
export const CLAIM_EVALUATION = `
  INSERT INTO alert_evaluations AS e (claimed_at) VALUES (app_clock())
  ON CONFLICT (singleton) DO UPDATE SET claimed_at = app_clock() WHERE e.claimed_at NOT BETWEEN app_now() - ${EVERY} AND app_now() + ${EVERY}
  RETURNING claimed_at::text AS "claimedAt"`;

/** $1 the time of the claim. No row when a later claim exists. */
export const LOCK_EVALUATION = `
  SELECT default_rules AS "defaultRules", date_trunc('milliseconds', app_clock()) AS now, evaluated_at AS "evaluatedAt", settled_at AS "settledAt",
         gap_seconds AS "gapSeconds"
  FROM alert_evaluations WHERE claimed_at = $1::timestamptz FOR UPDATE`;

/** $1 time of the round, $2 seconds of the last gap, $3 when it is settled, $4 default rules that were created. */
export const END_EVALUATION = `UPDATE alert_evaluations SET evaluated_at = $1, gap_seconds = $2, settled_at = $3, default_rules = $4::text[]`;

export const SELECT_OPEN = `
  SELECT id, rule_id AS "ruleId", series, status, version, value, started_at AS "startedAt", silenced_until AS "silencedUntil",
         notified_at AS "notifiedAt"
  FROM alerts WHERE status <> 'resolved'`;

const CHANGED = `a.id, a.rule_id AS "ruleId", a.series, a.status, a.version, a.value, a.comparison, a.threshold, a.severity,
  a.started_at AS "startedAt", a.fired_at AS "firedAt", a.resolved_at AS "resolvedAt"`;

/** $1 rows {id, ruleId, series, status, severity, comparison, threshold, value}, $2 time, $3 actor. */
export const OPEN_ALERTS = `
  INSERT INTO alerts AS a (id, rule_id, series, status, severity, comparison, threshold, value, started_at, fired_at, notified_at, reason, actor, updated_at)
  SELECT id, "ruleId", series, status, severity, comparison, threshold, value, $2::timestamptz, fired.at, fired.at, 'condition', $3::text, $2
  FROM json_to_recordset($1::json) AS r
         (id uuid, "ruleId" uuid, series text, status text, severity text, comparison text, threshold float8, value float8)
  CROSS JOIN LATERAL (SELECT CASE WHEN r.status = 'firing' THEN $2::timestamptz END AS at) fired
  ON CONFLICT (rule_id, series) WHERE status <> 'resolved' DO NOTHING
  RETURNING ${CHANGED}`;

/**
 * $1 rows {id, version, from, to, value, reason}, $2 time, $3 actor. An alert that an operator changed meanwhile is left to the next round.
 */
export const MOVE_ALERTS = `
  UPDATE alerts a SET status = r."to", value = r.value, reason = r.reason, actor = $3, note = NULL, silenced_until = NULL,
         fired_at = coalesce(a.fired_at, $2::timestamptz), resolved_at = CASE r."to" WHEN 'resolved' THEN $2::timestamptz END,
         notified_at = CASE r."to" WHEN 'firing' THEN $2::timestamptz ELSE a.notified_at END, version = a.version + 1, updated_at = $2
  FROM json_to_recordset($1::json) AS r (id uuid, version int, "from" text, "to" text, value float8, reason text)
  WHERE a.id = r.id AND a.version = r.version AND a.status = r."from"
  RETURNING ${CHANGED}`;

/** $1 rows {id, version, value}, $2 time. Another notification that the alert fires. */
export const REMIND_ALERTS = `
  UPDATE alerts a SET value = r.value, notified_at = $2, version = a.version + 1, updated_at = $2
  FROM json_to_recordset($1::json) AS r (id uuid, version int, value float8)
  WHERE a.id = r.id AND a.version = r.version AND a.status = 'firing'
  RETURNING ${CHANGED}`;

/** $1 rows {id, value}: the values of alerts whose status stays. */
export const SET_VALUES = `
  UPDATE alerts a SET value = r.value FROM json_to_recordset($1::json) AS r (id uuid, value float8)
  WHERE a.id = r.id AND a.status <> 'resolved' AND a.value <> r.value`;

/** $1 ids, $2 time. The waiting time begins again. */
export const RESTART_PENDING = `UPDATE alerts SET started_at = $2 WHERE id = ANY ($1::uuid[]) AND status = 'pending'`;

/** $1 ids. Alerts that never fired leave no trace. */
export const WITHDRAW_PENDING = `DELETE FROM alerts WHERE id = ANY ($1::uuid[]) AND status = 'pending'`;

/** $1 process, $2 its report. */
export const STORE_PROCESS_REPORT = `
  INSERT INTO alert_process_reports AS p (process, report, reported_at) VALUES ($1, $2::jsonb, app_clock())
  ON CONFLICT (process) DO UPDATE SET report = excluded.report, reported_at = excluded.reported_at`;

/** $1 seconds. Deletes the reports of processes that wrote none for ten times as long. */
export const SELECT_PROCESS_REPORTS = `
  WITH gone AS (DELETE FROM alert_process_reports WHERE reported_at < app_now() - 10 * ${EVERY})
  SELECT process, report FROM alert_process_reports WHERE reported_at >= app_now() - ${EVERY}`;

/** Of this database. Without the right to see the sessions of other roles, of its own role. */
export const OLDEST_TRANSACTION = `
  SELECT coalesce(max(extract(epoch FROM clock_timestamp() - xact_start)), 0)::float8 AS seconds
  FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'`;

/** Open alerts by status and severity. */
export const COUNT_OPEN = `SELECT status, severity, count(*)::int AS count FROM alerts WHERE status <> 'resolved' GROUP BY status, severity`;

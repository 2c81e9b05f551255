import { AGE_LIMIT } from '../platform/database/age-limit.ts';
import { DELETED_ROWS } from '../platform/database/delete-in-pages.ts';

const COLUMNS = `a.id, a.rule_id AS "ruleId", r.name AS "ruleName", r.metric, r.labels AS "ruleLabels", a.series, a.status, a.severity, a.comparison,
  a.threshold, a.value, a.started_at AS "startedAt", a.fired_at AS "firedAt", a.resolved_at AS "resolvedAt", a.silenced_until AS "silencedUntil",
  a.notified_at AS "notifiedAt", a.reason, a.actor, a.note, a.version, a.updated_at AS "updatedAt"`;
const FROM_ALERTS = 'alerts a JOIN alert_rules r ON r.id = a.rule_id';

/** $1 limit, $2 before this id, $3 statuses, $4 severities, $5 rule (its id or name); null for any. Newest first. */
export const SELECT_ALERTS = `
  SELECT ${COLUMNS} FROM ${FROM_ALERTS}
  WHERE ($2::uuid IS NULL OR a.id < $2) AND ($3::text[] IS NULL OR a.status = ANY ($3)) AND ($4::text[] IS NULL OR a.severity = ANY ($4))
    AND ($5::text IS NULL OR r.name = $5 OR r.id::text = $5)
  ORDER BY a.id DESC LIMIT $1`;

/** $1 id. */
export const SELECT_ALERT = `SELECT ${COLUMNS} FROM ${FROM_ALERTS} WHERE a.id = $1`;

/** $1 alert. The newest first. */
export const SELECT_HISTORY = `
  SELECT from_status AS "fromStatus", to_status AS "toStatus", reason, actor, note, value, silenced_until AS "silencedUntil", at
  FROM alert_history WHERE alert_id = $1 ORDER BY version DESC LIMIT 200`;

/** $1 alert. The newest first. */
export const SELECT_DELIVERIES = `
  SELECT d.id, c.name AS "channelName", d.kind, d.status, d.attempts, d.error, d.task_id AS "executionId", d.created_at AS "createdAt"
  FROM alert_deliveries d JOIN alert_channels c ON c.id = d.channel_id WHERE d.alert_id = $1 ORDER BY d.id DESC LIMIT 200`;

/** $1 id, $2 the statuses from which the act is allowed, $3 the new status, $4 act, $5 actor, $6 note, $7 seconds of a silence or null. */
export const ACT_ON_ALERT = `
  UPDATE alerts SET status = $3, reason = $4, actor = $5, note = $6, silenced_until = app_clock() + make_interval(secs => $7),
         version = version + 1, updated_at = app_clock()
  WHERE id = $1 AND status = ANY ($2::text[]) RETURNING id`;

/** $1 seconds. */
export const DELETE_RESOLVED = `
  WITH old AS MATERIALIZED (
    SELECT id FROM alerts WHERE status = 'resolved' AND resolved_at < ${AGE_LIMIT} ORDER BY resolved_at LIMIT ${DELETED_ROWS} FOR UPDATE SKIP LOCKED)
  DELETE FROM alerts WHERE id = ANY (ARRAY(SELECT id FROM old)) RETURNING id`;

/** $1 seconds. Tests of channels belong to no alert. */
export const DELETE_TESTS = `
  WITH old AS MATERIALIZED (
    SELECT id FROM alert_notifications WHERE alert_id IS NULL AND created_at < ${AGE_LIMIT} LIMIT ${DELETED_ROWS} FOR UPDATE SKIP LOCKED)
  DELETE FROM alert_notifications WHERE id = ANY (ARRAY(SELECT id FROM old)) RETURNING id`;

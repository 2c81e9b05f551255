/** $1 rows {id, epoch, seq, attempt, ageMs, level, message, data}; ageMs: how long ago the line was written. Lines of an older epoch match no row. */
export const INSERT_LOGS = `
  WITH mine AS MATERIALIZED (
    SELECT r.* FROM json_to_recordset($1::json) AS r
      (id uuid, epoch int, seq int, attempt smallint, "ageMs" float8, level text, message text, data jsonb)
    JOIN tasks t ON t.id = r.id WHERE t.lease_epoch = r.epoch ORDER BY t.id FOR NO KEY UPDATE OF t)
  INSERT INTO task_logs (task_id, seq, attempt, at, level, message, data)
  SELECT id, seq, attempt, app_now() - "ageMs" * interval '1 ms', level, message, data FROM mine
  ON CONFLICT DO NOTHING`;

/** $1 ids. The transitions, which a log shows beside its lines. */
export const SELECT_TRANSITIONS = `
  SELECT task_id AS "taskId", version, attempt, from_status AS "from", to_status AS "to", reason, actor, detail, at
  FROM task_audit WHERE task_id = ANY ($1::uuid[]) ORDER BY task_id, version`;

/**
 * $1 ids, $2 a seq, $3 lines, $4 bytes: the lines of each task after this seq, within both limits, but at least one.
 * `more`: the task has further lines.
 */
export const SELECT_LOGS = `
  SELECT w.id AS "taskId", l.seq, l.attempt, l.at, l.level, l.message, l.data, l.more
  FROM unnest($1::uuid[]) AS w (id)
  CROSS JOIN LATERAL (
    SELECT *, row_number() OVER page AS nth, lead(seq) OVER page IS NOT NULL AS more, sum(bytes) OVER page - bytes AS "bytesBefore"
    FROM (SELECT *, octet_length(message) + coalesce(octet_length(data::text), 0) AS bytes
          FROM task_logs WHERE task_id = w.id AND seq > $2 ORDER BY seq LIMIT $3::int + 1) line
    WINDOW page AS (ORDER BY seq)) l
  WHERE l.nth <= $3 AND l."bytesBefore" < $4::int
  ORDER BY w.id, l.seq`;

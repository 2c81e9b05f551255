const COLUMNS = `id, name, metric, comparison, threshold, for_seconds AS "forSeconds", severity, labels, repeat_seconds AS "repeatSeconds",
  enabled, version, created_by AS "createdBy", created_at AS "createdAt", updated_at AS "updatedAt"`;
const FIELDS = `name text, metric text, comparison text, threshold float8, "forSeconds" int, severity text, labels jsonb, "repeatSeconds" int,
  enabled boolean`;

/** Rules that an installation may have. */
export const MOST_RULES = 200;

export const SELECT_RULES = `SELECT ${COLUMNS} FROM alert_rules ORDER BY name`;

/** $1 id. */
export const SELECT_RULE = `SELECT ${COLUMNS} FROM alert_rules WHERE id = $1`;

/** $1 rows with an id, $2 actor. Rules whose name is taken are left out, and all when there are too many. */
export const INSERT_RULES = `
  INSERT INTO alert_rules (id, name, metric, comparison, threshold, for_seconds, severity, labels, repeat_seconds, enabled, created_by)
  SELECT id, name, metric, comparison, threshold, "forSeconds", severity, labels, "repeatSeconds", enabled, $2::text
  FROM json_to_recordset($1::json) AS r (id uuid, ${FIELDS})
  WHERE (SELECT count(*) FROM alert_rules) < ${MOST_RULES}
  ON CONFLICT (name) DO NOTHING RETURNING ${COLUMNS}`;

/** $1 id, $2 fields, $3 the version that the caller read. */
export const UPDATE_RULE = `
  WITH changed AS (
    UPDATE alert_rules a SET name = r.name, metric = r.metric, comparison = r.comparison, threshold = r.threshold, for_seconds = r."forSeconds",
           severity = r.severity, labels = r.labels, repeat_seconds = r."repeatSeconds", enabled = r.enabled, version = a.version + 1,
           updated_at = app_clock()
    FROM json_to_record($2::json) AS r (${FIELDS})
    WHERE a.id = $1 AND a.version = $3::int RETURNING a.*)
  SELECT ${COLUMNS} FROM changed`;

/** $1 id. With its alerts and their history. */
export const DELETE_RULE = `DELETE FROM alert_rules WHERE id = $1`;

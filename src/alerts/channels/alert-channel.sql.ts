const COLUMNS = `id, name, kind, config, secrets, min_severity AS "minSeverity", enabled, version, created_by AS "createdBy", created_at AS "createdAt",
  updated_at AS "updatedAt"`;
const FIELDS = `name text, kind text, config jsonb, secrets jsonb, "minSeverity" text, enabled boolean`;

/** Channels that an installation may have. */
export const MOST_CHANNELS = 50;

export const SELECT_CHANNELS = `SELECT ${COLUMNS} FROM alert_channels ORDER BY name`;

/** $1 id. */
export const SELECT_CHANNEL = `SELECT ${COLUMNS} FROM alert_channels WHERE id = $1`;

/** $1 id, $2 fields, $3 actor. No row when the name is taken, or when there are too many. */
export const INSERT_CHANNEL = `
  INSERT INTO alert_channels (id, name, kind, config, secrets, min_severity, enabled, created_by)
  SELECT $1::uuid, name, kind, config, secrets, "minSeverity", enabled, $3::text FROM json_to_record($2::json) AS r (${FIELDS})
  WHERE (SELECT count(*) FROM alert_channels) < ${MOST_CHANNELS}
  ON CONFLICT (name) DO NOTHING RETURNING ${COLUMNS}`;

/** $1 id, $2 fields, $3 the version that the caller read. The kind stays. */
export const UPDATE_CHANNEL = `
  WITH changed AS (
    UPDATE alert_channels c SET name = r.name, config = r.config, secrets = r.secrets, min_severity = r."minSeverity", enabled = r.enabled,
           version = c.version + 1, updated_at = app_clock()
    FROM json_to_record($2::json) AS r (${FIELDS})
    WHERE c.id = $1 AND c.version = $3::int RETURNING c.*)
  SELECT ${COLUMNS} FROM changed`;

/** $1 id. With its notifications. */
export const DELETE_CHANNEL = `DELETE FROM alert_channels WHERE id = $1`;

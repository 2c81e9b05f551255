/**
 * The state of the whole installation is read from the database by one process at a time. A row with a time is claimed; all other
 * processes serve what the claimer stored.
 */

const EVERY = 'make_interval(secs => $2)';

/**
 * $1 name, $2 seconds between two readings. A row for the process that reads now. A time in the future, which a clock that was set
 * back leaves, is claimed too.
 */
export const CLAIM_READING = `
  INSERT INTO metric_readings AS r (name, read_at) VALUES ($1, app_now())
  ON CONFLICT (name) DO UPDATE SET read_at = excluded.read_at WHERE r.read_at NOT BETWEEN app_now() - ${EVERY} AND app_now() + ${EVERY}
  RETURNING read_at::text AS "readAt"`;

/** $1 name, $2 the time of the claim, $3 the readings. No row when a later claim exists: this reading took too long. */
export const STORE_READING = `
  UPDATE metric_readings SET readings = $3::jsonb, stored_at = app_clock() WHERE name = $1 AND read_at = $2::timestamptz RETURNING name`;

/** $1 name. */
export const SELECT_READING = `
  SELECT readings, extract(epoch FROM stored_at)::float8 AS "storedAt" FROM metric_readings WHERE name = $1 AND readings IS NOT NULL`;

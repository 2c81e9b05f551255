/** $1 provider, $2 ms that a probe may take. A row whose pause is over gives its probe to one caller. */
export const ADMIT_CALL = `
  WITH probe AS (
    UPDATE creator_circuits SET probe_until = app_clock() + $2::integer * interval '1 ms'
    WHERE provider = $1 AND open_until <= app_clock() AND (probe_until IS NULL OR probe_until <= app_clock())
    RETURNING provider)
  SELECT EXISTS (SELECT FROM probe) AS probe, open_until IS NOT NULL AS open,
         greatest(extract(epoch FROM greatest(open_until, probe_until) - app_clock()) * 1000, 0)::float8 AS "retryInMs"
  FROM creator_circuits WHERE provider = $1`;

/** $1 provider, $2 failures that open the circuit, $3 ms that it stays open, $4 the call was the probe. An open circuit ignores calls that began before. */
export const RECORD_FAILURE = `
  INSERT INTO creator_circuits AS c (provider, failures, open_until)
  VALUES ($1, 1, CASE WHEN $2::integer <= 1 THEN app_clock() + $3::integer * interval '1 ms' END)
  ON CONFLICT (provider) DO UPDATE SET failures = c.failures + 1, probe_until = NULL,
    open_until = CASE WHEN $4 OR c.failures + 1 >= $2 THEN app_clock() + $3 * interval '1 ms' END
  WHERE c.open_until IS NULL OR $4`;

/** $1 provider. */
export const RECORD_SUCCESS = `
  UPDATE creator_circuits SET failures = 0, open_until = NULL, probe_until = NULL WHERE provider = $1 AND failures > 0`;

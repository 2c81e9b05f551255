/** Whether the database is read-only: on a standby the write would fail as well, and this says why. */
export const SELECT_STATE = `
  SELECT pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on' AS "readOnly",
         (SELECT name FROM migrations ORDER BY timestamp DESC LIMIT 1) AS migration`;

/** With a small work_mem it writes about 500 kB of a temporary file. */
export const FILL_TEMPORARY_FILE = 'SELECT count(*) FROM generate_series(1, 20000)';

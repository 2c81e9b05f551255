/** The version of the database, and its migrations in order. */
export const SELECT_DATABASE = `SELECT current_setting('server_version') AS version, ARRAY(SELECT name FROM migrations ORDER BY id)::text[] AS migrations`;

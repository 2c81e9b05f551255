import pg from 'pg';

/** Of the scratch schema: what the result handlers of the verification did. */
export const CREATE_EFFECTS = `CREATE TABLE verify_effects (task uuid NOT NULL, epoch integer NOT NULL)`;

/** $1 task, $2 epoch of the attempt that completed it. */
export const INSERT_EFFECT = `INSERT INTO verify_effects (task, epoch) VALUES ($1, $2)`;

export const SELECT_EFFECTS = `SELECT task, epoch FROM verify_effects`;

/** $1 name of a schema. The lock ends with its session. */
export const TAKE_SCHEMA = `SELECT pg_try_advisory_lock(hashtext('contenthub verify'), hashtext($1)) AS taken`;

/** Schemas of verifications, also of those that were killed. */
export const SELECT_SCHEMAS = `SELECT nspname AS name FROM pg_namespace WHERE nspname ~ '^contenthub_verify_[0-9a-f]{12}$' ORDER BY 1`;

export function dropSchema(name: string): string {
  return `DROP SCHEMA IF EXISTS ${pg.escapeIdentifier(name)} CASCADE`;
}

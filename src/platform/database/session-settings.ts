import pg from 'pg';

/** The purpose of a connection. Each kind has its own bounds. */
export type ConnectionKind = 'requests' | 'engine' | 'single' | 'migration';

interface Bounds {
  /** Milliseconds; 0 means unbounded. */
  statement: number;
  lock: number;
  idleInTransaction: number;
}

/** PostgreSQL's defaults are unbounded. Here: 10 s for a lock, 30 s for a statement, 5 s for an idle transaction. */
const STATEMENTS: Bounds = { statement: 30_000, lock: 10_000, idleInTransaction: 5_000 };
/**
 * For migrations, backups and restores. Building an index may take hours. ALTER TABLE waits at most 60 s for its lock,
 * because every later statement queues behind it.
 */
const MIGRATIONS: Bounds = { statement: 0, lock: 60_000, idleInTransaction: 0 };

/**
 * Settings that the code relies on and that a role, a database or the server may override (ALTER ROLE … SET). Times
 * are parsed as ISO in UTC; the statements assume READ COMMITTED. default_transaction_read_only is not set: hosting
 * services set it when a disk is full.
 */
const RELIED_ON = {
  DateStyle: 'ISO, MDY',
  TimeZone: 'UTC',
  IntervalStyle: 'postgres',
  standard_conforming_strings: 'on',
  bytea_output: 'hex',
  extra_float_digits: '1',
  array_nulls: 'on',
  transform_null_equals: 'off',
  default_transaction_isolation: 'read committed',
  default_transaction_deferrable: 'off',
  jit: 'off',
} as const;

/** Bounds that only newer servers have (14 and 17). They would end idle connections and long migrations. */
const OPTIONAL_BOUNDS = ['idle_session_timeout', 'transaction_timeout'];

/**
 * The engine's statements access a few hundred rows by id. While the task table is small or its statistics are old,
 * the planner prefers a sequential scan: a drain then ran at 10,000 instead of 25,000 tasks/s.
 */
const BY_INDEX = { enable_seqscan: 'off' } as const;

export const DEFAULT_SCHEMA = 'public';

function settingsOf(kind: ConnectionKind): Record<string, string> {
  const bounds = kind === 'migration' ? MIGRATIONS : STATEMENTS;
  return {
    statement_timeout: String(bounds.statement), // first: an inherited value could end the other statements
    lock_timeout: String(bounds.lock),
    idle_in_transaction_session_timeout: String(bounds.idleInTransaction),
    ...RELIED_ON,
    ...(kind === 'engine' && BY_INDEX),
  };
}

/**
 * With `off` and `local`, a task is confirmed before it is durable, so a crash or a failover loses it. They become
 * `on`; remote_write and remote_apply are a choice of the operator.
 */
function assignments(kind: ConnectionKind, schema: string, scope: 'SESSION' | 'LOCAL'): string {
  const set = ([name, value]: [string, string]): string => `SET ${scope} ${name} = ${pg.escapeLiteral(value)}`;
  const local = scope === 'LOCAL';
  const optional = OPTIONAL_BOUNDS.map(
    (name) => `CASE WHEN current_setting('${name}', true) IS NOT NULL THEN set_config('${name}', '0', ${local}) END`,
  );
  const durable = `set_config('synchronous_commit', CASE WHEN current_setting('synchronous_commit') IN ('off', 'local') THEN 'on' ELSE current_setting('synchronous_commit') END, ${local})`;
  return [
    ...Object.entries(settingsOf(kind)).map(set),
    `SET ${scope} search_path = ${pg.escapeIdentifier(schema)}`,
    `SELECT ${[durable, ...optional].join(', ')}`,
  ].join('; ');
}

/** For a session that is kept: run once after connecting. SET, because PgBouncer rejects most start-up parameters. */
export function sessionSettings(kind: ConnectionKind, schema = DEFAULT_SCHEMA): string {
  return assignments(kind, schema, 'SESSION');
}

/** Milliseconds, for a session with tighter bounds than its kind. */
export interface SessionBounds {
  statementMs: number;
  lockMs: number;
}

/**
 * Run after `sessionSettings`. The server also checks every second whether the client is still connected, so that a
 * backend that waits for a lock ends with its client. This needs PostgreSQL 14 or newer, and not Windows.
 */
export function tightenBounds({ statementMs, lockMs }: SessionBounds): string {
  return `SET SESSION statement_timeout = ${statementMs}; SET SESSION lock_timeout = ${lockMs};
    SELECT set_config(name, '1000', false) FROM pg_settings
    WHERE name = 'client_connection_check_interval' AND version() !~* 'mingw|visual c|msvc'`;
}

/** For a pooler that gives each transaction another session: begins a transaction and applies all settings to it. */
export function beginWithSettings(kind: ConnectionKind, schema = DEFAULT_SCHEMA): string {
  // Once a transaction has begun, default_transaction_isolation has no effect on it.
  return `BEGIN ISOLATION LEVEL READ COMMITTED, NOT DEFERRABLE; ${assignments(kind, schema, 'LOCAL')}`;
}

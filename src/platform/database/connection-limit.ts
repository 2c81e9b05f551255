import type pg from 'pg';
import type { Logger } from '../telemetry/logger.ts';

export interface ConnectionUse {
  /** The smallest limit of the server, the database and the role, without connections reserved for superusers. */
  limit: number;
  /** Connections of programs other than ContentHub. */
  others: number;
  /** Number of ContentHub processes, including this one. Each has one listening connection. */
  processes: number;
}

const SELECT_USE = `
  SELECT least(current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
                 - coalesce(current_setting('reserved_connections', true)::int, 0),
               nullif(d.datconnlimit, -1), nullif(r.rolconnlimit, -1)) AS limit,
         (SELECT count(*)::int FROM pg_stat_activity
          WHERE backend_type = 'client backend' AND application_name NOT LIKE 'contenthub-%') AS others,
         (SELECT greatest(count(*), 1)::int FROM pg_stat_activity
          WHERE datname = current_database() AND application_name = 'contenthub-listen') AS processes
  FROM pg_database d, pg_roles r
  WHERE d.datname = current_database() AND r.rolname = current_user`;

export async function readConnectionUse(pool: pg.Pool): Promise<ConnectionUse | undefined> {
  return (await pool.query<ConnectionUse>(SELECT_USE)).rows[0];
}

/** Returns a warning when the running processes, each as large as this one, would exceed the limit; undefined when they fit. */
export function tooManyConnections(own: number, { limit, others, processes }: ConnectionUse): string | undefined {
  const wanted = own * processes;
  if (wanted + others <= limit) return undefined;
  const each = processes === 1 ? `This process opens up to ${own}` : `${processes} processes like this one open up to ${wanted}`;
  return (
    `${each} connections and other programs hold ${others}, but the database allows ${limit}. ` +
    'Raise max_connections, lower DATABASE_POOL_SIZE, or put a pooler in between (docs/deployment.md).'
  );
}

/** Warns at the start when the connections may not suffice. It does not fail the start, because all are opened only under load. */
export async function warnOfConnections(pool: pg.Pool, own: number, logger: Logger): Promise<void> {
  const use = await readConnectionUse(pool).catch(() => undefined);
  const problem = use && tooManyConnections(own, use);
  if (problem) logger.warn({ own, ...use }, problem);
}

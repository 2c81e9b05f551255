import type { EventEmitter } from 'node:events';
import pg from 'pg';

const CONNECTION_ERRORS = new WeakSet<object>();

/**
 * The client of every connection to PostgreSQL. It marks the errors of its own socket: ECONNRESET alone does not say whose
 * connection was reset, the database's or that of the HTTP client.
 */
export class DatabaseClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    // pg rejects the waiting queries with the same error object, after this listener.
    const connection = Reflect.get(this, 'connection') as EventEmitter;
    connection.on('error', (error: unknown) => {
      if (typeof error === 'object' && error !== null) CONNECTION_ERRORS.add(error);
    });
  }
}

/** Whether the error, or the one TypeORM wrapped in it, is that of a connection to PostgreSQL. */
export function isDatabaseConnectionError(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  return CONNECTION_ERRORS.has(error) || ('driverError' in error && isDatabaseConnectionError(error.driverError));
}

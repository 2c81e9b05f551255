import type { EventEmitter } from 'node:events';
import pg from 'pg';

const CONNECTION_ERRORS = new WeakSet<object>();

/**
 * The client class of every connection to PostgreSQL. It marks errors of its own socket, because ECONNRESET alone does
 * not tell a database connection from that of an HTTP client.
 */
export class DatabaseClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    // pg rejects the waiting queries with the same error object after this listener.
    const connection = Reflect.get(this, 'connection') as EventEmitter;
    connection.on('error', (error: unknown) => {
      if (typeof error === 'object' && error !== null) CONNECTION_ERRORS.add(error);
    });
  }
}

/** True when the error, or the error that TypeORM wrapped in it, comes from a connection to PostgreSQL. */
export function isDatabaseConnectionError(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  return CONNECTION_ERRORS.has(error) || ('driverError' in error && isDatabaseConnectionError(error.driverError));
}

import type pg from 'pg';
import { isReadOnlySession } from './connections.ts';

type Release = (error?: Error | boolean) => void;
type Connected = (error: Error | undefined, client: pg.PoolClient | undefined, release: Release) => void;

/** The database driver for TypeORM. Its pool is shared with other code, so TypeORM must not end it. */
export function driverOver(pool: pg.Pool): object {
  class EntityPool {
    on(): void {
      // The pool has its own error handler.
    }

    connect(done: Connected): void {
      pool.connect((error, client, release) => {
        // TypeORM returns connections after errors too. A session that rejected a write is not reused.
        done(error, client, (failure) => release(failure ?? (client && isReadOnlySession(client))));
      });
    }

    end(done: () => void): void {
      done();
    }
  }
  return { Pool: EntityPool };
}

import type pg from 'pg';
import { isReadOnlySession } from './connections.ts';

type Release = (error?: Error | boolean) => void;
type Connected = (error: Error | undefined, client: pg.PoolClient | undefined, release: Release) => void;

/** What TypeORM gets as its database driver: its "pool" is ours, which others use too and which it must not end. */
export function driverOver(pool: pg.Pool): object {
  class EntityPool {
    on(): void {
      // Our pool has its own error handler.
    }

    connect(done: Connected): void {
      pool.connect((error, client, release) => {
        // TypeORM returns connections also after an error. A session that refused to write is not used again.
        done(error, client, (failure) => release(failure ?? (client && isReadOnlySession(client))));
      });
    }

    end(done: () => void): void {
      done();
    }
  }
  return { Pool: EntityPool };
}

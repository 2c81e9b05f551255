import { Injectable } from '@nestjs/common';
import { executorOf, Pools, type SqlExecutor } from '../../platform/database/pools.ts';
import { jsonBytes, StatementBatcher } from '../../platform/database/statement-batcher.ts';
import { retryTransient } from '../../platform/database/transient.ts';
import { TaskChangeNotifier } from '../task-change-notifier.ts';
import { INSERT_LOGS } from './log.sql.ts';
import type { NewLogLine } from './log-rows.ts';

const INSERT_RETRY_MS = 15_000;

/** Stores the log lines of tasks. */
@Injectable()
export class TaskLogWriter {
  private readonly engine: SqlExecutor;
  private readonly incoming: StatementBatcher<NewLogLine, void>;

  constructor(pools: Pools, changes: TaskChangeNotifier) {
    this.engine = executorOf(pools.engine);
    this.incoming = new StatementBatcher({
      run: async (rows) => {
        await retryTransient({ forMs: INSERT_RETRY_MS }, () => this.engine.query(INSERT_LOGS, [JSON.stringify(rows.map(withAge))]));
        changes.publish(rows);
        return [];
      },
      sizeOf: ({ message, data }) => jsonBytes(message) + jsonBytes(data),
      // Two statements in flight may commit in either order: a reader that has line 9 would not look for line 8 again.
      maxInFlight: 1,
    });
  }

  add(line: NewLogLine): Promise<void> {
    return this.incoming.add(line);
  }
}

/**
 * A line gets the time of the database, less the age of the line when it is sent. The clock of a worker may be off by a day, and
 * its lines would then be listed before the submission.
 */
function withAge({ writtenAt, ...line }: NewLogLine): Omit<NewLogLine, 'writtenAt'> & { ageMs: number } {
  return { ...line, ageMs: performance.now() - writtenAt };
}

import { Injectable } from '@nestjs/common';
import type { Fence } from '../core/task/task.ts';
import { StatementBatcher } from '../platform/database/statement-batcher.ts';
import { AttemptStore } from './attempt-store.ts';

export type ProgressRow = Fence & { progress: number; step: string | null };

/** Writes the progress of many tasks in one statement. It does not retry: the next report has newer progress. */
@Injectable()
export class ProgressWriter {
  private readonly rows: StatementBatcher<ProgressRow, void>;

  constructor(attempts: AttemptStore) {
    this.rows = new StatementBatcher({
      run: async (rows) => {
        await attempts.updateProgress(rows);
        return [];
      },
    });
  }

  write(row: ProgressRow): Promise<void> {
    return this.rows.add(row);
  }
}

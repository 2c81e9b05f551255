import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import type { ClaimedTask } from '../core/task/task.ts';
import { executorOf, Pools, type SqlExecutor } from '../platform/database/pools.ts';
import { StatementBatcher } from '../platform/database/statement-batcher.ts';
import { retryTransient } from '../platform/database/transient.ts';
import { INSERT_STEPS, SELECT_STEPS } from './step.sql.ts';

const STEP_RETRY_MS = 15_000;
/** The answers of a read may be large, and their sizes are not known before. */
const READS_PER_STATEMENT = 50;

interface StepKey {
  readonly taskId: string;
  readonly step: string;
  readonly inputHash: Buffer;
}

interface DoneStep extends StepKey {
  readonly epoch: number;
  readonly attempt: number;
  /** JSON */
  readonly output: string;
}

type StepAnswer = { found: true; output: unknown } | { found: false };

/**
 * Checkpoints: the output of a step by task, name of the step and hash of its inputs. Tasks that start together also end their steps
 * together, and each commit waits for the disk: their steps share statements.
 */
@Injectable()
export class StepStore {
  private readonly engine: SqlExecutor;
  private readonly reads: StatementBatcher<StepKey, StepAnswer>;
  private readonly writes: StatementBatcher<DoneStep, void>;

  constructor(pools: Pools) {
    this.engine = executorOf(pools.engine);
    this.reads = new StatementBatcher({
      run: (keys) => this.query<StepAnswer>(SELECT_STEPS, columnsOf(keys, ['taskId', 'step', 'inputHash'])),
      maxRows: READS_PER_STATEMENT,
    });
    this.writes = new StatementBatcher({
      run: async (steps) => {
        await this.query(INSERT_STEPS, columnsOf(steps, ['taskId', 'epoch', 'step', 'inputHash', 'output', 'attempt']));
        return [];
      },
      sizeOf: ({ output }) => Buffer.byteLength(output),
    });
  }

  /** `{output}` when the step has been done for these inputs. */
  async find(taskId: string, step: string, inputHash: Buffer): Promise<{ output: unknown } | undefined> {
    const answer = await this.reads.add({ taskId, step, inputHash });
    return answer.found ? { output: answer.output } : undefined;
  }

  /** Fenced: a stale attempt stores nothing. */
  save({ id: taskId, epoch, attempt }: ClaimedTask, step: string, inputHash: Buffer, output: unknown): Promise<void> {
    return this.writes.add({ taskId, epoch, attempt, step, inputHash, output: JSON.stringify(output ?? null) });
  }

  static hashOf(inputs: unknown): Buffer {
    return createHash('sha256')
      .update(JSON.stringify(inputs ?? null))
      .digest();
  }

  private query<Row extends object>(text: string, values: unknown[]): Promise<Row[]> {
    return retryTransient({ forMs: STEP_RETRY_MS }, () => this.engine.query<Row>(text, values));
  }
}

/** One array for each name, for `unnest`. */
function columnsOf<Row>(rows: readonly Row[], names: readonly (keyof Row)[]): unknown[][] {
  return names.map((name) => rows.map((row) => row[name]));
}

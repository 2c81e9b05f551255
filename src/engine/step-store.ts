import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import type { ClaimedTask } from '../core/task/task.ts';
import { executorOf, Pools, type SqlExecutor } from '../platform/database/pools.ts';
import { retryTransient } from '../platform/database/transient.ts';
import { INSERT_STEP, SELECT_STEP } from './step.sql.ts';

const STEP_RETRY_MS = 15_000;

/** Checkpoints: the output of a step by task, name of the step and hash of its inputs. */
@Injectable()
export class StepStore {
  private readonly engine: SqlExecutor;

  constructor(pools: Pools) {
    this.engine = executorOf(pools.engine);
  }

  /** `{output}` when the step has been done for these inputs. */
  async find(taskId: string, step: string, inputHash: Buffer): Promise<{ output: unknown } | undefined> {
    const rows = await retryTransient({ forMs: STEP_RETRY_MS }, () =>
      this.engine.query<{ output: unknown }>(SELECT_STEP, [taskId, step, inputHash]),
    );
    return rows[0];
  }

  /** Fenced: a stale attempt stores nothing. */
  async save(task: ClaimedTask, step: string, inputHash: Buffer, output: unknown): Promise<void> {
    const values = [task.id, task.epoch, step, inputHash, JSON.stringify(output ?? null), task.attempt];
    await retryTransient({ forMs: STEP_RETRY_MS }, () => this.engine.query(INSERT_STEP, values));
  }

  static hashOf(inputs: unknown): Buffer {
    return createHash('sha256')
      .update(JSON.stringify(inputs ?? null))
      .digest();
  }
}

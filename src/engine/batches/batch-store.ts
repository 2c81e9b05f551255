import { Injectable } from '@nestjs/common';
import { executorOf, Pools, type SqlExecutor } from '../../platform/database/pools.ts';
import { INSERT_BATCH, SELECT_BATCH, SELECT_EXISTING_BATCH } from './batch.sql.ts';

export interface BatchRow {
  readonly id: string;
  readonly name: string;
  readonly total: number;
  readonly completed: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly doneAt: Date | null;
}

export interface NewBatch {
  readonly id: string;
  readonly name: string;
  readonly total: number;
  readonly createdBy: string;
  readonly idempotencyKey: string | null;
  readonly requestHash: Buffer | null;
}

/** A batch that an earlier request stored. */
export interface StoredBatch {
  readonly id: string;
  readonly requestHash: Buffer;
  /** In ascending order of ids, which is the order of the plan. */
  readonly taskIds: string[];
}

/** The table of batches. A trigger counts their tasks in the transaction that ends each. */
@Injectable()
export class BatchStore {
  private readonly api: SqlExecutor;

  constructor(pools: Pools) {
    this.api = executorOf(pools.api);
  }

  async find(id: string): Promise<BatchRow | undefined> {
    return (await this.api.query<BatchRow>(SELECT_BATCH, [id]))[0];
  }

  async findByKey(createdBy: string, idempotencyKey: string): Promise<StoredBatch | undefined> {
    return (await this.api.query<StoredBatch>(SELECT_EXISTING_BATCH, [createdBy, idempotencyKey]))[0];
  }

  /** Runs in the caller's transaction. False when the principal has used the key before. */
  async insert({ id, name, total, createdBy, idempotencyKey, requestHash }: NewBatch, tx: SqlExecutor): Promise<boolean> {
    return (await tx.query(INSERT_BATCH, [id, name, total, createdBy, idempotencyKey, requestHash])).length > 0;
  }
}

import { Injectable } from '@nestjs/common';
import type { Fence } from '../core/task/task.ts';
import { INSERT_OUTBOX } from '../engine/settle.sql.ts';
import type { TransactionClient } from '../platform/database/pools.ts';

@Injectable()
export class OutboxWriter {
  async write(tx: TransactionClient, { id, epoch }: Fence, type: string, payload: object): Promise<void> {
    await tx.query(INSERT_OUTBOX, [id, epoch, type, JSON.stringify(payload)]);
  }
}

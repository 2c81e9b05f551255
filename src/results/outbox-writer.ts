import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Fence } from '../core/task/task.ts';
import { INSERT_OUTBOX } from '../engine/task.sql.ts';

/** What others must hear of, stored with what it tells of. A relay delivers it after the commit. */
@Injectable()
export class OutboxWriter {
  async write(manager: EntityManager, { id, epoch }: Fence, type: string, payload: object): Promise<void> {
    await manager.query(INSERT_OUTBOX, [id, epoch, type, JSON.stringify(payload)]);
  }
}

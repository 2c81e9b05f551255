import { Injectable } from '@nestjs/common';
import { inTransaction, Pools } from '../../platform/database/pools.ts';
import { EventWriter } from '../../results/events/event-writer.ts';
import { TAKE_OVERDUE } from './pool.sql.ts';

/** The payload of the event `pool_entry.overdue`. */
interface OverdueEntry {
  readonly entryId: string;
  readonly accountId: string;
  readonly contentId: string;
  readonly channelName: string;
  readonly status: string;
  readonly scheduledAt: Date;
  readonly waitsFor: string | null;
  readonly lastError: object | null;
}

/** Writes the event `pool_entry.overdue` for each approved entry that is not published two minutes after its time: once per entry. */
@Injectable()
export class OverdueEntryReporter {
  constructor(
    private readonly pools: Pools,
    private readonly events: EventWriter,
  ) {}

  /** Reports the longest overdue entries, and returns their number. */
  report(): Promise<number> {
    return inTransaction(this.pools.api, async (tx) => {
      const overdue = await tx.query<OverdueEntry>(TAKE_OVERDUE, []);
      for (const payload of overdue)
        await this.events.write(tx, { aggregateType: 'pool_entry', aggregateId: payload.entryId, type: 'pool_entry.overdue', payload });
      return overdue.length;
    });
  }
}

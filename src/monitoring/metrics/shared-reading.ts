import { Injectable } from '@nestjs/common';
import { executorOf, Pools, type SqlExecutor } from '../../platform/database/pools.ts';
import { CLAIM_READING, SELECT_READING, STORE_READING } from './metric-reading.sql.ts';

export interface StoredReading<Readings> {
  readonly readings: Readings;
  /** Seconds since 1970, by the clock of the database. */
  readonly storedAt: number;
}

/** Readings that cost the database something, made by one process for all within an interval. */
@Injectable()
export class SharedReading {
  private readonly sql: SqlExecutor;

  constructor(pools: Pools) {
    this.sql = executorOf(pools.api);
  }

  /**
   * The stored readings, which `read` gets too; this process makes and stores them first when `everySeconds` are over since the last claim of any process.
   * Undefined until the first ones are stored. A reader that fails or ends leaves its turn to the next interval.
   */
  async get<Readings extends object>(
    name: string,
    everySeconds: number,
    read: (before: Readings | undefined) => Promise<Readings>,
  ): Promise<StoredReading<Readings> | undefined> {
    const [claim] = await this.sql.query<{ readAt: string }>(CLAIM_READING, [name, everySeconds]);
    const before = await this.stored<Readings>(name);
    if (!claim) return before;
    await this.sql.query(STORE_READING, [name, claim.readAt, JSON.stringify(await read(before?.readings))]);
    return this.stored<Readings>(name);
  }

  private async stored<Readings>(name: string): Promise<StoredReading<Readings> | undefined> {
    return (await this.sql.query<StoredReading<Readings>>(SELECT_READING, [name]))[0];
  }
}

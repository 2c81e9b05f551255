import { Injectable } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import { Settings } from '../../platform/config/settings.ts';
import { DELETE_PAUSE_MS } from '../../platform/database/delete-in-pages.ts';
import { executorOf, Pools, type SqlExecutor } from '../../platform/database/pools.ts';
import type { SkipReason, Verdicts } from '../bulk/bulk-action.ts';
import type { PageReceipt } from '../bulk/page-receipt.ts';
import { FIRST_ID } from '../sweep-pages.ts';
import {
  countEnded,
  DELETE_BATCHES,
  deleteDetails,
  deleteEnded,
  CLEAR_BATCH_KEYS,
  CLEAR_KEYS,
  SELECT_REFERENCES,
} from './retention.sql.ts';
import { SweepCursor, type SweptPage } from './sweep-cursor.ts';

export interface DeletedPage extends PageReceipt {
  readonly deleted: number;
}

interface KeysPage extends SweptPage {
  /** No task of the page up to this id has a key; null when the first one has. */
  readonly clearTo: string | null;
}

const DAY_S = 86_400;
const HOUR_S = 3_600;
/** Pages of one round that are not full of old rows: 100,000 kept rows. */
const PAGES_PER_ROUND = 50;

/** Deletes old tasks. Tasks that other records reference are kept, and so are dependencies of live tasks. */
@Injectable()
export class RetentionService {
  private readonly sql: SqlExecutor;
  private readonly keepSeconds: number;
  private readonly keepDetailsSeconds: number;
  private readonly keepKeysSeconds: number;
  private readonly tasks = new SweepCursor(PAGES_PER_ROUND, DELETE_PAUSE_MS);
  private readonly batches = new SweepCursor(PAGES_PER_ROUND, DELETE_PAUSE_MS);
  private readonly details = new SweepCursor(PAGES_PER_ROUND, DELETE_PAUSE_MS);
  /** The idempotency keys of tasks up to this id are already deleted. */
  private keysForgotten = FIRST_ID;

  constructor(pools: Pools, settings: Settings) {
    this.sql = executorOf(pools.api);
    this.keepSeconds = settings.taskRetentionDays * DAY_S;
    this.keepDetailsSeconds = (settings.taskDetailsRetentionDays ?? settings.taskRetentionDays) * DAY_S;
    this.keepKeysSeconds = settings.idempotencyRetentionHours * HOUR_S;
  }

  /** How many tasks ended longer ago than this, and why some of them are kept. */
  async count(seconds: number): Promise<Verdicts> {
    const rows = await this.sql.query<{ verdict: SkipReason | 'eligible'; count: number }>(countEnded(await this.references()), [seconds]);
    return Object.fromEntries(rows.map(({ verdict, count }) => [verdict, count]));
  }

  /** Reads up to 2,000 tasks from an id on and deletes up to 500 that ended longer ago than this. `references` of references(). */
  async deletePage(seconds: number, after: string, references: readonly string[], executor = this.sql): Promise<DeletedPage> {
    const page = await this.page(deleteEnded(references), seconds, after, executor);
    return { deleted: page.changed, next: page.next };
  }

  async references(): Promise<string[]> {
    return (await this.sql.query<{ condition: string }>(SELECT_REFERENCES, [])).map(({ condition }) => condition);
  }

  /** Deletes logs, checkpoints and files of tasks that ended longer ago than this and stay because other records need them. */
  async deleteDetails(seconds: number, references: readonly string[], signal: AbortSignal): Promise<number> {
    const statement = deleteDetails(references);
    let count = 0;
    for (let after: string | null = FIRST_ID; after !== null && !signal.aborted; ) {
      const page: SweptPage = await this.page(statement, seconds, after);
      count += page.changed;
      after = page.next;
      if (after !== null) await delay(DELETE_PAUSE_MS, undefined, { signal });
    }
    return count;
  }

  /**
   * One round over tasks, batches and idempotency keys that are old by the settings. A round has the same cost however many rows are
   * kept. Any number of processes may run it at once. Returns how many tasks it deleted.
   */
  async sweep(signal: AbortSignal): Promise<number> {
    const references = await this.references();
    const pageOf = (statement: string, seconds: number) => (after: string) => this.page(statement, seconds, after);
    let deleted = 0;
    if (this.keepSeconds > 0) {
      deleted = await this.tasks.round(pageOf(deleteEnded(references), this.keepSeconds), signal);
      await this.batches.round(pageOf(DELETE_BATCHES, this.keepSeconds), signal);
    }
    if (this.keepDetailsSeconds > 0) await this.details.round(pageOf(deleteDetails(references), this.keepDetailsSeconds), signal);
    await this.clearKeys(signal);
    await this.sql.query(CLEAR_BATCH_KEYS, [this.keepKeysSeconds]);
    return deleted;
  }

  /** Reads again from the first task that still has a key: a key is old only once. */
  private async clearKeys(signal: AbortSignal): Promise<void> {
    let contiguous = true;
    for (let after: string | null = this.keysForgotten; after !== null && !signal.aborted; ) {
      const page: KeysPage = await this.page<KeysPage>(CLEAR_KEYS, this.keepKeysSeconds, after);
      if (contiguous) this.keysForgotten = page.clearTo ?? this.keysForgotten;
      contiguous &&= page.next !== null && page.clearTo !== null && page.clearTo >= page.next;
      after = page.next;
      if (after !== null) await delay(DELETE_PAUSE_MS, undefined, { signal });
    }
  }

  private async page<Page extends SweptPage = SweptPage>(
    statement: string,
    seconds: number,
    after: string,
    executor = this.sql,
  ): Promise<Page> {
    const [page] = await executor.query<Page>(statement, [seconds, after]);
    if (!page) throw new Error('a SELECT without FROM gave no row');
    return page;
  }
}

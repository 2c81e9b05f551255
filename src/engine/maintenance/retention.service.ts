import { Injectable } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import { Settings } from '../../platform/config/settings.ts';
import { DELETE_PAUSE_MS, deleteInPages } from '../../platform/database/delete-in-pages.ts';
import { executorOf, Pools, type SqlExecutor } from '../../platform/database/pools.ts';
import type { SkipReason, Verdicts } from '../bulk/bulk-action.ts';
import type { PageReceipt } from '../bulk/page-receipt.ts';
import { FIRST_ID, SWEEP_ROWS } from '../sweep-pages.ts';
import {
  countEnded,
  DELETE_BATCHES,
  deleteDetails,
  deleteEnded,
  CLEAR_BATCH_KEYS,
  CLEAR_KEYS,
  SELECT_REFERENCES,
} from './retention.sql.ts';

export interface DeletedPage extends PageReceipt {
  readonly deleted: number;
}

const DAY_S = 86_400;
const HOUR_S = 3_600;

/** Deletes old tasks. Tasks that other records reference are kept, and so are dependencies of live tasks. */
@Injectable()
export class RetentionService {
  private readonly sql: SqlExecutor;
  private readonly keepSeconds: number;
  private readonly keepDetailsSeconds: number;
  private readonly keepKeysSeconds: number;
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

  /** Deletes up to 500 tasks that ended longer ago than this, from an id on. `references` of references(). */
  async deletePage(seconds: number, after: string, references: readonly string[], executor = this.sql): Promise<DeletedPage> {
    const rows = await executor.query<{ id: string }>(deleteEnded(references), [seconds, after]);
    return { deleted: rows.length, next: nextOf(rows) };
  }

  async references(): Promise<string[]> {
    return (await this.sql.query<{ condition: string }>(SELECT_REFERENCES, [])).map(({ condition }) => condition);
  }

  /** Deletes logs, checkpoints and files of tasks that ended longer ago than this and stay because other records need them. */
  async deleteDetails(seconds: number, references: readonly string[], signal: AbortSignal): Promise<number> {
    const statement = deleteDetails(references);
    let count = 0;
    await inPages(FIRST_ID, signal, async (after) => {
      const rows = await this.sql.query<{ id: string }>(statement, [seconds, after]);
      count += rows.length;
      return nextOf(rows);
    });
    return count;
  }

  /**
   * One round over all tasks, batches and idempotency keys that are old by the settings. Any number of processes may run it at once. Returns how many
   * tasks it deleted.
   */
  async sweep(signal: AbortSignal): Promise<number> {
    const references = await this.references();
    let deleted = 0;
    if (this.keepSeconds > 0) {
      await inPages(FIRST_ID, signal, async (after) => {
        const page = await this.deletePage(this.keepSeconds, after, references);
        deleted += page.deleted;
        return page.next;
      });
      await deleteInPages(() => this.sql.query(DELETE_BATCHES, [this.keepSeconds]), signal);
    }
    if (this.keepDetailsSeconds > 0) await this.deleteDetails(this.keepDetailsSeconds, references, signal);
    await inPages(this.keysForgotten, signal, async (after) => {
      const rows = await this.sql.query<{ id: string }>(CLEAR_KEYS, [this.keepKeysSeconds, after]);
      this.keysForgotten = highest(rows) ?? after;
      return nextOf(rows);
    });
    await this.sql.query(CLEAR_BATCH_KEYS, [this.keepKeysSeconds]);
    return deleted;
  }
}

async function inPages(first: string, signal: AbortSignal, page: (after: string) => Promise<string | null>): Promise<void> {
  for (let after: string | null = first; after !== null && !signal.aborted; ) {
    after = await page(after);
    if (after !== null) await delay(DELETE_PAUSE_MS, undefined, { signal });
  }
}

/** Ids are compared as strings: PostgreSQL writes them in lower case. */
function highest(rows: readonly { id: string }[]): string | undefined {
  return rows.reduce<string | undefined>((top, { id }) => (top === undefined || id > top ? id : top), undefined);
}

function nextOf(rows: readonly { id: string }[]): string | null {
  return rows.length < SWEEP_ROWS ? null : (highest(rows) ?? null);
}

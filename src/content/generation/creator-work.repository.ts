import { Injectable } from '@nestjs/common';
import { newId } from '../../platform/ids/new-id.ts';
import { executorOf, Pools, type SqlExecutor } from '../../platform/database/pools.ts';
import { isUniqueViolation } from '../../platform/database/unique-violation.ts';
import type { ReportedUsage } from '../../creators/budgets/usage-ledger.ts';
import { CreationError } from '../../creators/creation-error.ts';
import { toResultJson } from '../../core/task/result-json.ts';
import { cutText, storableText } from '../../core/text/storable-text.ts';
import * as sql from './creator-work.sql.ts';

/** How a hand-over ended. */
export interface WorkEnd {
  readonly state: 'completed' | 'failed' | 'cancelled' | 'given_up';
  readonly error?: string;
  /** What the other system reported. The ledger settles the reservation with it, also after a crash. */
  readonly usage?: ReportedUsage | null;
}

/** One hand-over to another system, as stored. */
export interface CreatorWork {
  /** The idempotency key of the request. */
  readonly id: string;
  readonly creator: string;
  /** Null until the other system has answered. */
  readonly externalId: string | null;
  readonly startedAt: Date;
  readonly submittedAt: Date | null;
}

const MAX_ERROR = 2_000;

/** The hand-overs of tasks to other systems. A task has at most one that is open. */
@Injectable()
export class CreatorWorkRepository {
  private readonly sql: SqlExecutor;

  constructor(pools: Pools) {
    this.sql = executorOf(pools.engine);
  }

  /** The open hand-over of a task, or a new one. */
  async open(taskId: string, creator: string): Promise<CreatorWork & { isNew: boolean }> {
    for (;;) {
      const [fresh] = await this.sql.query<CreatorWork>(sql.INSERT_WORK, [newId(), taskId, creator]);
      if (fresh) return { ...fresh, isNew: true };
      const [open] = await this.sql.query<CreatorWork>(sql.SELECT_OPEN_WORK, [taskId]);
      if (open) return { ...open, isNew: false }; // else it ended between the two statements
    }
  }

  /** Stores the answer of the other system. Returns the id that counts; null when the hand-over was closed meanwhile. @throws {CreationError} `incompatible` for the id of other work. */
  async recordSubmitted({ id, creator }: CreatorWork, taskId: string, externalId: string): Promise<string | null> {
    try {
      await this.sql.query(sql.RECORD_SUBMITTED, [id, externalId]);
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      const message = `The creator "${creator}" answered with the id ${externalId}, which it gave to another task. It must give each request its own.`;
      throw new CreationError('incompatible', message, { cause: error });
    }
    const [open] = await this.sql.query<CreatorWork>(sql.SELECT_OPEN_WORK, [taskId]);
    return open?.externalId ?? null;
  }

  async isTaken({ id, creator }: CreatorWork, externalId: string): Promise<boolean> {
    return (await this.sql.query(sql.SELECT_IS_TAKEN, [creator, externalId, id])).length > 0;
  }

  /** Removes a hand-over that was not sent. */
  async discard({ id }: Pick<CreatorWork, 'id'>): Promise<void> {
    await this.sql.query(sql.DELETE_UNSENT_WORK, [id]);
  }

  async end({ id }: Pick<CreatorWork, 'id'>, end: WorkEnd): Promise<void> {
    await this.sql.query(sql.END_WORK, [id, ...valuesOf(end)]);
  }

  /** Returns the id of the hand-over; null when it was closed already. */
  async endOfTask(taskId: string, externalId: string, end: WorkEnd, executor: SqlExecutor = this.sql): Promise<string | null> {
    const values = [taskId, externalId, ...valuesOf(end)];
    return (await executor.query<{ id: string }>(sql.END_WORK_OF_TASK, values))[0]?.id ?? null;
  }

  /** `error` is why the poll failed; null when it was answered. Returns the number of unreadable answers in a row. */
  async countPoll(taskId: string, externalId: string, error: string | null, unreadable: 'add' | 'keep' | 'reset'): Promise<number> {
    const values = [taskId, externalId, storableError(error), unreadable];
    return (await this.sql.query<{ unreadable: number }>(sql.COUNT_POLL, values))[0]?.unreadable ?? 0;
  }

  /** Counts a text that could not be read. Returns the number of unreadable answers in a row. */
  async countUnreadableText(taskId: string, externalId: string, error: string): Promise<number> {
    const values = [taskId, externalId, storableError(error)];
    return (await this.sql.query<{ unreadable: number }>(sql.COUNT_UNREADABLE_TEXT, values))[0]?.unreadable ?? 0;
  }
}

function valuesOf({ state, error, usage }: WorkEnd): unknown[] {
  return [state, storableError(error), usage ? JSON.stringify(toResultJson(usage)) : null];
}

/** The messages of other systems may have NUL, which PostgreSQL rejects. */
function storableError(error: string | null | undefined): string | null {
  return error ? cutText(storableText(error), MAX_ERROR) : null;
}

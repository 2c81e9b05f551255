import { Injectable } from '@nestjs/common';
import { executorOf, Pools, type SqlExecutor } from '../../platform/database/pools.ts';
import { SWEEP_ROWS } from '../sweep-pages.ts';
import type { SkipReason } from './bulk-action.ts';
import type { BulkSelection } from './bulk-selection.ts';
import { countByVerdict, REPRIORITISE_TASKS, SELECT_SUBMISSION, selectPage } from './bulk.sql.ts';

export type Verdict = SkipReason | 'eligible';

export interface SelectedPage {
  readonly tasks: readonly { readonly id: string; readonly verdict: Verdict }[];
  /** Where the next page begins; null after the last page. */
  readonly next: string | null;
}

export interface Submission {
  readonly actor: string;
  /** By the clock of the database. */
  readonly submittedAt: Date;
}

/** Finds the tasks of a bulk operation, with a verdict for each. */
@Injectable()
export class BulkOperationStore {
  private readonly api: SqlExecutor;

  constructor(pools: Pools) {
    this.api = executorOf(pools.api);
  }

  countByVerdict(selection: BulkSelection): Promise<{ verdict: Verdict; count: number }[]> {
    const { text, values } = countByVerdict(selection);
    return this.api.query<{ verdict: Verdict; count: number }>(text, values);
  }

  /** The selected tasks below an id, from the newest on. */
  async page(selection: BulkSelection, below: string, executor: SqlExecutor): Promise<SelectedPage> {
    const { text, values } = selectPage(selection, below);
    const tasks = await executor.query<{ id: string; verdict: Verdict }>(text, values);
    return { tasks, next: tasks.length < SWEEP_ROWS ? null : (tasks.at(-1)?.id ?? null) };
  }

  /** Returns how many tasks were still waiting and changed their priority. */
  async reprioritise(ids: readonly string[], priority: number, executor: SqlExecutor): Promise<number> {
    return (await executor.query(REPRIORITISE_TASKS, [ids, priority])).length;
  }

  async submissionOf(operationId: string): Promise<Submission> {
    const [submission] = await this.api.query<Submission>(SELECT_SUBMISSION, [operationId]);
    if (submission === undefined) throw new Error(`operation ${operationId} was deleted`);
    return submission;
  }
}

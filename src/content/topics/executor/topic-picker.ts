import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { newId } from '../../../platform/ids/new-id.ts';
import { titleGrams } from '../../../core/text/text-grams.ts';
import { type ComparedTitle, TitleIndex } from '../../../core/topics/title-index.ts';
import { executorOfManager } from '../../../platform/database/manager-executor.ts';
import type { SqlExecutor } from '../../../platform/database/pools.ts';
import { TaskService } from '../../../tasks/service/task.service.ts';
import { DuplicateService } from '../../duplicates/duplicate.service.ts';
import { AsyncContentGenerationService, type Submission } from '../../generation/async-content-generation.service.ts';
import type { ContentGenerationParams } from '../../generation/content-generation.params.ts';
import { LOCK_TOPICS } from '../topic.sql.ts';
import { LOCK_CANDIDATES, RESERVE_TOPICS, SELECT_SUBMITTED } from './executor.sql.ts';

/** What one account gets of a run. */
export interface AccountDemand {
  readonly accountId: string;
  readonly count: number;
  /** Titles that come first. A title that cannot be picked is not replaced by another topic. */
  readonly titles: readonly string[];
  /** Its creator only makes samples. */
  readonly isSample: boolean;
}

export interface RunOptions {
  readonly runId: string;
  readonly category: string | null;
  readonly autoApprove?: boolean;
  readonly submission: Submission;
}

export interface Picked {
  readonly accountId: string;
  /** Of the content within the account and the run. */
  readonly ordinal: number;
  readonly topicId: string;
  readonly title: string;
  readonly executionId: string;
  readonly taskId: string;
}

export interface PickReport {
  /** Also those of an earlier attempt of the run. */
  readonly picked: Picked[];
  /** Open topics that are about the same as a recent content, by account. */
  readonly duplicates: ReadonlyMap<string, number>;
}

interface Candidate {
  readonly id: string;
  readonly accountId: string;
  readonly title: string;
  readonly keywords: string[];
  readonly section: string | null;
  readonly preferred: boolean;
  readonly failures: number;
  readonly score: number;
}

/** Candidates beyond the demand: some are duplicates. */
const SPARE = 20;

/** Picks topics for accounts, and submits a content task for each in the same transaction: both are stored, or neither. */
@Injectable()
export class TopicPicker {
  constructor(
    private readonly dataSource: DataSource,
    private readonly tasks: TaskService,
    private readonly generation: AsyncContentGenerationService,
    private readonly duplicates: DuplicateService,
  ) {}

  /** At most 500 content tasks at once. An attempt that is repeated finds what it has submitted, and submits the rest. */
  async pick(demands: readonly AccountDemand[], options: RunOptions): Promise<PickReport> {
    const { report, announce } = await this.dataSource.transaction(async (manager) => {
      const tx = executorOfManager(manager);
      await tx.query(LOCK_TOPICS, []);
      const accounts = demands.map(({ accountId }) => accountId);
      const before = await tx.query<Picked>(SELECT_SUBMITTED, [options.runId, accounts]);
      const { chosen, duplicates } = await this.choose(tx, withoutSubmitted(demands, before), options);
      if (chosen.length === 0) return { report: { picked: before, duplicates }, announce: () => undefined };
      const picked = numbered(chosen, before);
      const requests = picked.map(({ candidate, executionId, taskId }) => ({
        ...this.generation.requestOf(paramsOf(candidate, taskId, options), options.submission),
        id: executionId,
      }));
      const announceTasks = await this.tasks.submitInTransaction(manager, requests);
      const rows = picked.map(({ accountId, ordinal, topicId, executionId }) => ({
        account_id: accountId,
        ordinal,
        topic_id: topicId,
        task_id: executionId,
      }));
      await tx.query(RESERVE_TOPICS, [options.runId, JSON.stringify(rows)]);
      return { report: { picked: [...before, ...picked], duplicates }, announce: announceTasks };
    });
    announce();
    return report;
  }

  private async choose(
    tx: SqlExecutor,
    demands: readonly AccountDemand[],
    { category }: RunOptions,
  ): Promise<{ chosen: Candidate[]; duplicates: Map<string, number> }> {
    const duplicates = new Map<string, number>();
    const open = demands.filter(({ count }) => count > 0);
    if (open.length === 0) return { chosen: [], duplicates };
    const limits = open.map(({ count }) => count * 2 + SPARE);
    const titles = open.flatMap((demand) => demand.titles);
    const accounts = open.map(({ accountId }) => accountId);
    const candidates = await tx.query<Candidate>(LOCK_CANDIDATES, [accounts, limits, category, titles]);
    const recent = await this.duplicates.recentTitles(
      candidates.map(({ title }) => title),
      tx,
    );
    const known = new TitleIndex<ComparedTitle>(recent);
    const byAccount = Map.groupBy(candidates, ({ accountId }) => accountId);
    const chosen = open.flatMap(({ accountId, count, titles: wanted, isSample }) => {
      const isDuplicate = ({ title }: Candidate): boolean => {
        if (known.find(title, isSample) === null) return false;
        duplicates.set(accountId, (duplicates.get(accountId) ?? 0) + 1);
        return true;
      };
      const take = (from: readonly Candidate[], most: number): Candidate[] => {
        const taken: Candidate[] = [];
        for (const candidate of from) {
          if (taken.length === most) break;
          if (isDuplicate(candidate)) continue;
          known.add({ text: candidate.title, grams: titleGrams(candidate.title), isSample });
          taken.push(candidate);
        }
        return taken;
      };
      const sorted = (byAccount.get(accountId) ?? []).toSorted(byRank);
      const isWanted = ({ title }: Candidate): boolean => wanted.includes(title);
      const first = take(sorted.filter(isWanted), count);
      return [
        ...first,
        ...take(
          sorted.filter((candidate) => !isWanted(candidate)),
          Math.max(0, count - wanted.length),
        ),
      ];
    });
    return { chosen, duplicates };
  }
}

/** As LOCK_CANDIDATES sorts them: the join need not keep the order. */
function byRank(a: Candidate, b: Candidate): number {
  return Number(b.preferred) - Number(a.preferred) || a.failures - b.failures || b.score - a.score || (a.id < b.id ? -1 : 1);
}

/** The chosen topics with the ids of their content tasks, numbered after those of an earlier attempt. */
function numbered(chosen: readonly Candidate[], before: readonly Picked[]): (Picked & { candidate: Candidate })[] {
  const next = new Map<string, number>();
  for (const { accountId, ordinal } of before) next.set(accountId, Math.max(next.get(accountId) ?? 0, ordinal + 1));
  return chosen.map((candidate) => {
    const { id: topicId, accountId, title } = candidate;
    const ordinal = next.get(accountId) ?? 0;
    next.set(accountId, ordinal + 1);
    return { candidate, accountId, ordinal, topicId, title, executionId: newId(), taskId: `task-${randomBytes(6).toString('hex')}` };
  });
}

/** What is left to do after an earlier attempt. */
function withoutSubmitted(demands: readonly AccountDemand[], before: readonly Picked[]): AccountDemand[] {
  const done = Map.groupBy(before, ({ accountId }) => accountId);
  return demands.map((demand) => {
    const picked = done.get(demand.accountId) ?? [];
    const titles = demand.titles.filter((title) => !picked.some((one) => one.title === title));
    return { ...demand, count: demand.count - picked.length, titles };
  });
}

function paramsOf(
  { accountId, title, keywords, section }: Candidate,
  taskId: string,
  { category, autoApprove }: RunOptions,
): ContentGenerationParams {
  const chosen = category ?? section;
  return {
    accountId,
    topic: title,
    keywords,
    taskId,
    ...(chosen !== null && { category: chosen }),
    ...(autoApprove !== undefined && { autoApprove }),
  };
}

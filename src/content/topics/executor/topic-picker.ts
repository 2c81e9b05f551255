import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { newId } from '../../../platform/ids/new-id.ts';
import { titleGrams } from '../../../core/text/text-grams.ts';
import { intervalDaysOf, SectionQueue, type TopicChoice } from '../../../core/topics/cadence.ts';
import { type ComparedTitle, TitleIndex } from '../../../core/topics/title-index.ts';
import { executorOfManager } from '../../../platform/database/manager-executor.ts';
import type { SqlExecutor } from '../../../platform/database/pools.ts';
import { TaskService } from '../../../tasks/service/task.service.ts';
import type { AccountSection } from '../../accounts/account.entity.ts';
import { DuplicateService } from '../../duplicates/duplicate.service.ts';
import { AsyncContentGenerationService, type Submission } from '../../generation/async-content-generation.service.ts';
import type { ContentGenerationParams } from '../../generation/content-generation.params.ts';
import { lastTimesOf } from '../section-times.ts';
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
  /** Of the account: topics of the one that is most overdue come first. */
  readonly sections: readonly AccountSection[];
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
  /** Null for a run of an earlier version. */
  readonly choice: TopicChoice | null;
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

interface Chosen {
  readonly candidate: Candidate;
  readonly choice: TopicChoice;
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
      const rows = picked.map(({ accountId, ordinal, topicId, executionId, choice }) => ({
        account_id: accountId,
        ordinal,
        topic_id: topicId,
        task_id: executionId,
        choice,
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
  ): Promise<{ chosen: Chosen[]; duplicates: Map<string, number> }> {
    const duplicates = new Map<string, number>();
    const open = demands.filter(({ count }) => count > 0);
    if (open.length === 0) return { chosen: [], duplicates };
    const titles = open.flatMap((demand) => demand.titles);
    // With a category there is one section to choose from.
    const paced = open.map((demand) => (category === null ? demand : { ...demand, sections: [] }));
    const candidates = await this.candidatesOf(tx, paced, category, titles);
    const lastTimes = await lastTimesOf(paced, tx);
    const now = new Date();
    const recent = await this.duplicates.recentTitles(
      candidates.map(({ title }) => title),
      tx,
    );
    const known = new TitleIndex<ComparedTitle>(recent);
    const byAccount = Map.groupBy(candidates, ({ accountId }) => accountId);
    const chosen = paced.flatMap(({ accountId, count, titles: wanted, isSample, sections }) => {
      const isDuplicate = ({ title }: Candidate): boolean => {
        if (known.find(title, isSample) === null) return false;
        duplicates.set(accountId, (duplicates.get(accountId) ?? 0) + 1);
        return true;
      };
      const sorted = (byAccount.get(accountId) ?? []).toSorted(byRank);
      const isWanted = ({ title }: Candidate): boolean => wanted.includes(title);
      const others = sorted.filter((candidate) => !isWanted(candidate));
      const queue = new SectionQueue(others, sections, lastTimes.get(accountId) ?? new Map<string, Date>(), now);
      const taken: Chosen[] = [];
      const take = (candidate: Candidate, choice: TopicChoice): void => {
        if (isDuplicate(candidate)) return;
        known.add({ text: candidate.title, grams: titleGrams(candidate.title), isSample });
        queue.markWritten(candidate);
        taken.push({ candidate, choice });
      };
      for (const candidate of sorted.filter(isWanted)) {
        if (taken.length === count) break;
        take(candidate, { code: 'requested', section: candidate.section, daysOverdue: null });
      }
      const most = taken.length + Math.max(0, count - wanted.length);
      for (let next = queue.next(); next !== undefined && taken.length < most; next = queue.next()) take(next.topic, next.choice);
      return taken;
    });
    return { chosen, duplicates };
  }

  /** The best topics of each account, and of each of its sections with a cadence: the best ones may be of other sections. */
  private async candidatesOf(
    tx: SqlExecutor,
    demands: readonly AccountDemand[],
    category: string | null,
    titles: readonly string[],
  ): Promise<Candidate[]> {
    const wanted = demands.flatMap(({ accountId, count, sections }) => {
      const paced = sections.filter((section) => intervalDaysOf(section) !== null);
      return [null, ...paced.map(({ code }) => code)].map((section) => ({ accountId, n: count * 2 + SPARE, section }));
    });
    const lists = [
      wanted.map(({ accountId }) => accountId),
      wanted.map(({ n }) => n),
      category,
      titles,
      wanted.map(({ section }) => section),
    ];
    const found = await tx.query<Candidate>(LOCK_CANDIDATES, lists);
    return [...new Map(found.map((candidate) => [candidate.id, candidate])).values()];
  }
}

/** As LOCK_CANDIDATES sorts them: the join need not keep the order. */
function byRank(a: Candidate, b: Candidate): number {
  return Number(b.preferred) - Number(a.preferred) || a.failures - b.failures || b.score - a.score || (a.id < b.id ? -1 : 1);
}

/** The chosen topics with the ids of their content tasks, numbered after those of an earlier attempt. */
function numbered(chosen: readonly Chosen[], before: readonly Picked[]): (Picked & { candidate: Candidate })[] {
  const next = new Map<string, number>();
  for (const { accountId, ordinal } of before) next.set(accountId, Math.max(next.get(accountId) ?? 0, ordinal + 1));
  return chosen.map(({ candidate, choice }) => {
    const { id: topicId, accountId, title } = candidate;
    const ordinal = next.get(accountId) ?? 0;
    next.set(accountId, ordinal + 1);
    return {
      candidate,
      choice,
      accountId,
      ordinal,
      topicId,
      title,
      executionId: newId(),
      taskId: `task-${randomBytes(6).toString('hex')}`,
    };
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

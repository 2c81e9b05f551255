import type { SkippedTopic } from '../topic.ts';
import type { AccountStats, RunError, RunResult } from './executor.params.ts';
import type { AccountDemand, Picked, PickReport } from './topic-picker.ts';

/** Reasons that leave a run successful: there was nothing to write. */
const NOTHING_TO_WRITE: ReadonlySet<string> = new Set(['no_topics', 'in_backlog', 'duplicate_topic', 'part_exists', 'too_many_topics']);

/** Collects what a run did: each content that was requested is submitted, or counted under a reason. */
export class RunReport {
  private readonly stats = new Map<string, AccountStats>();
  private readonly picked = new Map<string, Picked>();
  private readonly errors: RunError[] = [];
  private readonly reasons = new Map<string, Set<string>>();
  private readonly refused = new Map<string, SkippedTopic[]>();

  request(accountId: string, count: number): void {
    this.stats.set(accountId, { requested: count, submitted: 0, failed: 0 });
  }

  fail(accountId: string | null, code: string, message: string, count: number): void {
    if (count <= 0) return;
    this.errors.push({ account_id: accountId, code, message, count });
    const stats = accountId === null ? undefined : this.stats.get(accountId);
    if (stats) stats.failed += count;
  }

  /** Why a title of the request was not added. */
  explain(accountId: string, skipped: SkippedTopic): void {
    this.refused.set(accountId, [...(this.refused.get(accountId) ?? []), skipped]);
  }

  explainSources(accountId: string, reasons: readonly { readonly detail: string }[]): void {
    for (const { detail } of reasons) this.reasonsOf(accountId).add(detail);
  }

  add({ picked, duplicates }: PickReport, demands: readonly AccountDemand[]): void {
    for (const one of picked) this.picked.set(one.executionId, one);
    for (const { accountId } of demands) {
      const stats = this.stats.get(accountId);
      if (stats) stats.submitted = this.pickedOf(accountId).length;
      const count = duplicates.get(accountId) ?? 0;
      if (count > 0) this.reasonsOf(accountId).add(`${count} open topics are about the same as recent contents.`);
    }
  }

  /** Contents of an account that are neither submitted nor explained. */
  missingOf({ accountId }: AccountDemand): number {
    const { requested, submitted, failed } = this.stats.get(accountId) ?? { requested: 0, submitted: 0, failed: 0 };
    return requested - submitted - failed;
  }

  /** What is missing beside the titles of the request, which no other topic replaces. */
  freeSlotsOf(demand: AccountDemand): number {
    const written = new Set(this.pickedOf(demand.accountId).map(({ title }) => title));
    return this.missingOf(demand) - demand.titles.filter((title) => !written.has(title)).length;
  }

  /** Explains what is missing at the end of the run. */
  closeShortage(demand: AccountDemand): void {
    const { accountId, titles } = demand;
    const written = new Set(this.pickedOf(accountId).map(({ title }) => title));
    for (const title of titles) {
      if (written.has(title) || this.missingOf(demand) === 0) continue;
      const refused = this.refused.get(accountId)?.find((skipped) => skipped.title === title);
      this.fail(
        accountId,
        refused?.code ?? 'duplicate_topic',
        `"${title}": ${refused?.detail ?? 'a recent content is about the same.'}`,
        1,
      );
    }
    const why = [...this.reasonsOf(accountId)].join(' ');
    this.fail(accountId, 'no_topics', `The backlog of the account has no further open topic. ${why}`.trim(), this.missingOf(demand));
  }

  /** True when nothing was submitted, and not only because there was nothing to write. */
  isFailure(): boolean {
    return this.picked.size === 0 && this.errors.some(({ code }) => !NOTHING_TO_WRITE.has(code));
  }

  summary(): string {
    const first = this.errors.filter(({ code }) => !NOTHING_TO_WRITE.has(code)).slice(0, 3);
    return `No content task was submitted. ${first.map(({ message }) => message).join(' ')}`;
  }

  result(): RunResult {
    const tasks = [...this.picked.values()].map(({ accountId, topicId, title, taskId, executionId, choice }) => ({
      account_id: accountId,
      topic_id: topicId,
      topic: title,
      task_id: taskId,
      execution_id: executionId,
      ...(choice !== null && { choice: { code: choice.code, section: choice.section, days_overdue: choice.daysOverdue } }),
    }));
    return {
      total_submitted: tasks.length,
      total_failed: this.errors.reduce((sum, { count }) => sum + count, 0),
      tasks,
      errors: this.errors,
      account_stats: Object.fromEntries(this.stats),
    };
  }

  private pickedOf(accountId: string): Picked[] {
    return [...this.picked.values()].filter((one) => one.accountId === accountId);
  }

  private reasonsOf(accountId: string): Set<string> {
    const known = this.reasons.get(accountId) ?? new Set();
    this.reasons.set(accountId, known);
    return known;
  }
}

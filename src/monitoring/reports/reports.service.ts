import { Injectable } from '@nestjs/common';
import { batchReport } from '../../core/report/batch-report.ts';
import { executionReport } from '../../core/report/execution-report.ts';
import type { Step } from '../../core/report/timeline.ts';
import { ContentService } from '../../content/contents/content.service.ts';
import { HistoryReader, type StepRow } from '../../engine/inspection/history-reader.ts';
import { BatchService } from '../../tasks/batches/batch.service.ts';
import type { Principal } from '../../platform/auth/principal.ts';
import { TaskAccessService } from '../../tasks/service/task-access.service.ts';
import { type BatchReportView, toBatchReportView } from './batch-report.view.ts';
import { type ExecutionReportView, toExecutionReportView } from './execution-report.view.ts';

type Steps = readonly [Step, ...Step[]];

/** Reads the facts of a report; core/report evaluates them. */
@Injectable()
export class ReportsService {
  constructor(
    private readonly history: HistoryReader,
    private readonly tasks: TaskAccessService,
    private readonly batches: BatchService,
    private readonly contents: ContentService,
  ) {}

  /** @throws {ProblemError} 404 when there is no such execution. */
  async ofExecution(executionId: string, principal: Principal): Promise<ExecutionReportView> {
    const { id } = await this.tasks.get(executionId, principal);
    // Read after the steps, so that an ended execution has its result and its log.
    const steps = (await this.stepsOf([id])).get(id);
    const [{ name, result }, levels, checkpoints, content, now] = await Promise.all([
      this.tasks.get(id, principal),
      this.history.logLevels(id),
      this.history.checkpoints(id),
      this.contents.generationFacts(id),
      this.history.now(),
    ]);
    if (!steps) return this.ofExecution(executionId, principal); // deleted between two statements: answers 404
    const logs = { debug: 0, info: 0, warn: 0, error: 0 };
    for (const { level, count } of levels) logs[level] = count;
    const usage = memberOf(result, 'usage') ?? content?.usage ?? null;
    const own = memberOf(result, 'checks');
    const checks = Array.isArray(own) ? (own as unknown[]) : (content?.checks ?? null);
    const { to: status } = steps.at(-1) ?? steps[0];
    return toExecutionReportView({ id, name, status, logs, checkpoints, usage, checks }, executionReport(steps, now));
  }

  /** @throws {ProblemError} 404 when there is no such batch. */
  async ofBatch(batchId: string, principal: Principal): Promise<BatchReportView> {
    const batch = await this.batches.get(batchId, principal);
    const members = await this.history.members(batch.batchId);
    const [stepsByTask, now] = await Promise.all([this.stepsOf(members.map(({ id }) => id)), this.history.now()]);
    const reported = members.flatMap((member) => {
      const steps = stepsByTask.get(member.id);
      return steps ? [{ ...member, status: (steps.at(-1) ?? steps[0]).to, steps }] : [];
    });
    return toBatchReportView(batch, batchReport(reported, now));
  }

  private async stepsOf(ids: readonly string[]): Promise<Map<string, Steps>> {
    const rows = await this.history.steps(ids);
    return Map.groupBy(rows, ({ taskId }) => taskId) as Map<string, [StepRow, ...StepRow[]]>;
  }
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

import { Injectable } from '@nestjs/common';
import { batchReport } from '../../core/report/batch-report.ts';
import { executionReport } from '../../core/report/execution-report.ts';
import type { Step } from '../../core/report/timeline.ts';
import type { LogLevel } from '../../core/task/task.ts';
import { executorOf, Pools, type SqlExecutor } from '../../platform/database/pools.ts';
import { BatchService } from '../../tasks/batches/batch.service.ts';
import { TaskService } from '../../tasks/service/task.service.ts';
import { type BatchReportView, toBatchReportView } from './batch-report.view.ts';
import { type ExecutionFacts, type ExecutionReportView, toExecutionReportView } from './execution-report.view.ts';
import * as sql from './report.sql.ts';

type StepRow = Step & { taskId: string };
type Steps = readonly [Step, ...Step[]];

/** Loads the facts of reports; core/report computes them. */
@Injectable()
export class ReportsService {
  private readonly executor: SqlExecutor;

  constructor(
    pools: Pools,
    private readonly tasks: TaskService,
    private readonly batches: BatchService,
  ) {
    this.executor = executorOf(pools.api);
  }

  /** @throws {ProblemError} 404 when there is no such execution. */
  async ofExecution(executionId: string): Promise<ExecutionReportView> {
    const { id } = await this.tasks.get(executionId);
    // Read after the steps, so that an ended execution has its result and its log.
    const steps = (await this.stepsOf([id])).get(id);
    const [{ name, result }, levels, checkpoints, [content], now] = await Promise.all([
      this.tasks.get(id),
      this.executor.query<{ level: LogLevel; count: number }>(sql.COUNT_LOG_LEVELS, [id]),
      this.executor.query<ExecutionFacts['checkpoints'][number]>(sql.SELECT_CHECKPOINTS, [id]),
      this.executor.query<{ checks: unknown[]; usage: unknown }>(sql.SELECT_CONTENT_FACTS, [id]),
      this.now(),
    ]);
    if (!steps) return this.ofExecution(executionId); // deleted between the two statements: throws 404
    const logs = { debug: 0, info: 0, warn: 0, error: 0 };
    for (const { level, count } of levels) logs[level] = count;
    const usage = memberOf(result, 'usage') ?? content?.usage ?? null;
    const own = memberOf(result, 'checks');
    const checks = Array.isArray(own) ? (own as unknown[]) : (content?.checks ?? null);
    const { to: status } = steps.at(-1) ?? steps[0];
    return toExecutionReportView({ id, name, status, logs, checkpoints, usage, checks }, executionReport(steps, now));
  }

  /** @throws {ProblemError} 404 when there is no such batch. */
  async ofBatch(batchId: string): Promise<BatchReportView> {
    const batch = await this.batches.get(batchId);
    const members = await this.executor.query<{ id: string; name: string; errorCode: string | null }>(sql.SELECT_MEMBERS, [batch.batchId]);
    const [stepsByTask, now] = await Promise.all([this.stepsOf(members.map(({ id }) => id)), this.now()]);
    const told = members.flatMap((member) => {
      const steps = stepsByTask.get(member.id);
      return steps ? [{ ...member, status: (steps.at(-1) ?? steps[0]).to, steps }] : [];
    });
    return toBatchReportView(batch, batchReport(told, now));
  }

  private async stepsOf(ids: readonly string[]): Promise<Map<string, Steps>> {
    const rows = await this.executor.query<StepRow>(sql.SELECT_STEPS, [ids]);
    return Map.groupBy(rows, ({ taskId }) => taskId) as Map<string, [StepRow, ...StepRow[]]>;
  }

  private async now(): Promise<Date> {
    return (await this.executor.query<{ now: Date }>(sql.SELECT_NOW, []))[0]?.now ?? new Date();
  }
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

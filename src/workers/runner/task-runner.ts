import { Inject, Injectable } from '@nestjs/common';
import { attemptTimedOut, classify, type Failure, TaskFailure } from '../../core/task/failure.ts';
import { type Outcome, snooze, toOutcome } from '../../core/task/outcome.ts';
import type { ClaimedTask } from '../../core/task/task.ts';
import { timerMs } from '../../core/time/timer-ms.ts';
import { runInTrace } from '../../platform/telemetry/tracing/trace-scope.ts';
import { contextOfTask, isRecorded, startSpan } from '../../platform/telemetry/tracing/tracing.ts';
import { TaskMetrics } from '../../engine/task-metrics.ts';
import { ResultService } from '../../results/result.service.ts';
import { type TaskDefinition, TaskDefinitionRegistry } from '../../tasks/definitions/task-definition.registry.ts';
import { validateParams } from '../../tasks/definitions/validate-params.ts';
import { Attempt, type AttemptPorts } from '../attempts/attempt.ts';
import { ATTEMPT_PORTS } from '../attempts/attempt-ports.ts';
import { CrashReport } from '../isolation/crash-report.ts';
import { ChildProcessFailure, ProcessEnded, type TaskProcess } from '../isolation/task-process.ts';
import { NoProcess } from '../isolation/task-process-pool.ts';
import { TaskMiddlewareRegistry } from '../attempts/task-middleware.registry.ts';

const NO_PROCESS_PAUSE_MS = 5_000;

/** Runs one claimed task to its settled end. Never throws. */
@Injectable()
export class TaskRunner {
  constructor(
    private readonly definitions: TaskDefinitionRegistry,
    private readonly results: ResultService,
    private readonly middleware: TaskMiddlewareRegistry,
    private readonly crashes: CrashReport,
    private readonly metrics: TaskMetrics,
    @Inject(ATTEMPT_PORTS) private readonly ports: AttemptPorts,
  ) {}

  begin(task: ClaimedTask): Attempt {
    if (!isRecorded(task.traceContext)) return new Attempt(task, this.ports);
    const { id, name, attempt: number, traceContext: parent } = task;
    const attributes = {
      'contenthub.task.id': id,
      'contenthub.task.name': name,
      'contenthub.attempt': number,
    };
    const span = startSpan(`attempt ${name}`, { kind: 'consumer', parent, attributes });
    const attempt = new Attempt({ ...task, traceContext: span.traceContext }, this.ports);
    attempt.span = span;
    return attempt;
  }

  /** `process`: its child process, if it does not run here. */
  async run(attempt: Attempt, process?: Promise<TaskProcess>): Promise<void> {
    const { id: taskId } = attempt;
    const traceContext = contextOfTask(attempt.traceContext);
    try {
      await runInTrace({ taskId, traceContext }, () => this.runAttempt(attempt, process));
    } finally {
      if (attempt.stopReason) attempt.span?.fail(`stopped: ${attempt.stopReason}`);
      attempt.span?.end();
    }
  }

  private async runAttempt(attempt: Attempt, process: Promise<TaskProcess> | undefined): Promise<void> {
    if (attempt.stopReason) return this.settleStopped(attempt, undefined); // claimed while the worker was stopping
    const startedAt = performance.now();
    let waits = false;
    const timer = setTimeout(() => attempt.stop('timed_out'), timerMs(attempt.task.timeoutMs));
    try {
      const outcome = await (process ? (await process).execute(attempt) : this.execute(this.definitions.get(attempt.name), attempt));
      waits = outcome.kind === 'wait';
      if (outcome.kind === 'done') attempt.forgetProgress();
      await attempt.flush();
      await this.results.settle(attempt.task, outcome);
    } catch (error) {
      await this.settleStopped(attempt, error);
    } finally {
      clearTimeout(timer);
      // The poller observes the run of an attempt whose work goes on elsewhere.
      if (!waits) this.metrics.ran(attempt.name, (performance.now() - startedAt) / 1_000);
    }
  }

  /** Runs the handler with its middleware, in this process. */
  async execute(definition: TaskDefinition, attempt: Attempt): Promise<Outcome> {
    attempt.params = this.paramsOf(definition, attempt.task);
    const outcome = toOutcome(await attempt.orAbandoned(this.handle(definition, attempt)));
    if (outcome.kind === 'done') await this.middleware.after(attempt, outcome.result);
    return outcome;
  }

  private async handle(definition: TaskDefinition, attempt: Attempt): Promise<unknown> {
    await this.middleware.before(attempt);
    return definition.handler.handle(attempt);
  }

  /** Validated again: the definition may have changed since the task was accepted. */
  private paramsOf(definition: TaskDefinition, task: ClaimedTask): unknown {
    try {
      return validateParams(definition, task.params);
    } catch (error) {
      throw new TaskFailure('invalid_input', error instanceof Error ? error.message : String(error), 'invalid_params', null, {
        cause: error,
      });
    }
  }

  private async settleStopped(attempt: Attempt, error: unknown): Promise<void> {
    if (error !== undefined) attempt.span?.fail(error);
    switch (attempt.stopReason) {
      case 'cancelled':
      case 'lease_lost':
        return attempt.flush(); // the database has already decided
      case 'draining':
        if (attempt.ignored) attempt.log.warn(`the handler ignored its stop signal for ${attempt.graceMs} ms; the task is released`);
        await attempt.flush();
        return this.results.release(attempt.task);
      default: {
        if (error instanceof NoProcess) return this.results.settle(attempt.task, snooze(error.message, NO_PROCESS_PAUSE_MS));
        if (error instanceof ProcessEnded) return this.settleEnded(attempt, error);
        const failure = attempt.stopReason === 'timed_out' ? attemptTimedOut(attempt.task) : classifyAnywhere(error);
        if (!(error instanceof ChildProcessFailure)) {
          attempt.logStack(error, failure);
          await this.middleware.error(attempt, failure);
        }
        await attempt.flush();
        return this.results.settleFailure(attempt.task, failure, error);
      }
    }
  }

  private async settleEnded(attempt: Attempt, { started, cause }: ProcessEnded): Promise<void> {
    await attempt.flush();
    return started ? this.crashes.report(attempt.task, cause) : this.results.release(attempt.task);
  }
}

const classifyAnywhere = (error: unknown): Failure => (error instanceof ChildProcessFailure ? error.failure : classify(error));

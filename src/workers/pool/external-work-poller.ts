import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { classify, TaskFailure } from '../../core/task/failure.ts';
import { toOutcome, wait } from '../../core/task/outcome.ts';
import { LONGEST_POLL_PAUSE_MS } from '../../core/task/poll-pause.ts';
import { storableDelay } from '../../core/task/retry-policy.ts';
import { FailureLog } from '../../platform/database/failure-log.ts';
import type { Loop } from '../../platform/lifecycle/loop.ts';
import { LoopRegistry } from '../../platform/lifecycle/loop-registry.ts';
import { orAborted } from '../../platform/lifecycle/with-timeout.ts';
import { ResultService } from '../../results/result.service.ts';
import type { ExternalWork } from '../../tasks/definitions/task-handler.decorator.ts';
import { TaskDefinitionRegistry } from '../../tasks/definitions/task-definition.registry.ts';
import { TaskMetrics } from '../../engine/task-metrics.ts';
import { AttemptStore, type ExternalTask } from '../../engine/attempt-store.ts';
import { Attempt, type AttemptPorts } from '../attempts/attempt.ts';
import { ATTEMPT_PORTS } from '../attempts/attempt-ports.ts';

const LOOK_EVERY_MS = 500;
const AT_ONCE = 20;
/** Time limit of one poll. A poll without an answer is repeated after it. */
const ANSWER_MS = 30_000;

/** What a poll gets: the context of the attempt that started the external work, with the signal of the poll. */
class PolledWork extends Attempt implements ExternalWork {
  readonly externalId: string;

  constructor(
    task: ExternalTask,
    ports: AttemptPorts,
    private readonly pollSignal: AbortSignal,
  ) {
    super(task, ports);
    this.externalId = task.externalId;
    this.params = task.params;
  }

  override get signal(): AbortSignal {
    return this.pollSignal;
  }
}

/**
 * Polls external work. Taking a task moves its next poll, so only one process polls it at a time. The result is fenced
 * by the epoch under which the work was started.
 */
@Injectable()
export class ExternalWorkPoller implements OnModuleDestroy {
  private readonly loop: Loop;

  constructor(
    private readonly attempts: AttemptStore,
    private readonly definitions: TaskDefinitionRegistry,
    private readonly results: ResultService,
    @Inject(ATTEMPT_PORTS) private readonly ports: AttemptPorts,
    private readonly metrics: TaskMetrics,
    loops: LoopRegistry,
    failures: FailureLog,
  ) {
    const name = 'external-work';
    const run = (signal: AbortSignal) => this.poll(signal);
    this.loop = loops.create({ name, intervalMs: LOOK_EVERY_MS, jitter: 0.1, run, onError: failures.of(name) });
  }

  start(): void {
    this.loop.start();
  }

  stop(): Promise<void> {
    return this.loop.stop();
  }

  onModuleDestroy(): Promise<void> {
    return this.stop();
  }

  /** One round over the due polls. Returns their number. */
  async poll(signal: AbortSignal): Promise<number> {
    const due = await this.attempts.takePolls(AT_ONCE, ANSWER_MS, this.definitions.namesRunBy('workers'));
    await Promise.all(due.map((task) => this.ask(task, signal)));
    return due.length;
  }

  private async ask(task: ExternalTask, stopping: AbortSignal): Promise<void> {
    const definition = this.definitions.get(task.name);
    if (!definition.handler.poll) return; // its deadline ends it
    const signal = AbortSignal.any([stopping, AbortSignal.timeout(ANSWER_MS)]);
    const work = new PolledWork(task, this.ports, signal);
    try {
      // A poll that ignores its signal must delay neither the other tasks nor a shutdown.
      const answer = await orAborted(signal, definition.handler.poll(work));
      await work.flush();
      const outcome = answer === undefined ? wait(task.externalId, definition.pollEveryMs) : toOutcome(answer);
      if (outcome.kind === 'wait') return await this.attempts.postponePoll(task, storableDelay(outcome.pollAfterMs));
      await this.results.settle(task, outcome);
    } catch (error) {
      const failure = classify(error);
      await work.flush();
      if (signal.aborted) return;
      if (failure.class === 'transient') return await this.postpone(task, error);
      await this.results.settleFailure(task, failure, error);
    }
    this.metrics.ran(task.name, task.ranSeconds);
  }

  /** The other system may say when to poll again. Without that the next poll follows ANSWER_MS after this one. */
  private async postpone(task: ExternalTask, error: unknown): Promise<void> {
    if (!(error instanceof TaskFailure) || error.retryAfterMs === null) return;
    await this.attempts.postponePoll(task, storableDelay(Math.min(error.retryAfterMs, LONGEST_POLL_PAUSE_MS)));
  }
}

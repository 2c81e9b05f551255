import { Injectable } from '@nestjs/common';
import { Worker } from 'node:worker_threads';
import { classify, TaskFailure } from '../../core/task/failure.ts';
import type { ClaimedTask } from '../../core/task/task.ts';
import { Settings } from '../../platform/config/settings.ts';
import { runInTrace } from '../../platform/telemetry/tracing/trace-scope.ts';
import { TaskDefinitionRegistry } from '../../tasks/definitions/task-definition.registry.ts';
import { Attempt } from '../attempts/attempt.ts';
import { TaskMiddlewareRegistry } from '../attempts/task-middleware.registry.ts';
import { TaskRunner } from '../runner/task-runner.ts';
import { EventLoopHeartbeat } from '../../platform/lifecycle/event-loop-heartbeat.ts';
import type { WatchSettings } from './isolation-watch.thread.ts';
import { portableOutcome } from '../isolation/portable-outcome.ts';
import { signalGroup } from '../../platform/lifecycle/process-group.ts';
import { type AttemptEndMessage, nameOf, type ProcessMessage, type ProcessOrder } from '../isolation/process-messages.ts';
import { ProcessPorts } from '../isolation/process-ports.ts';

/** `.ts` when run from the sources, `.js` when built. */
const THREAD = new URL(`./isolation-watch.thread${import.meta.url.slice(import.meta.url.lastIndexOf('.'))}`, import.meta.url);

/** The child side of a TaskProcess: runs the attempts that the worker sends, one at a time, until the worker disconnects. */
@Injectable()
export class IsolatedRunner {
  private readonly ports = new ProcessPorts(send);
  private current: Attempt | undefined;

  constructor(
    private readonly definitions: TaskDefinitionRegistry,
    private readonly runner: TaskRunner,
    private readonly middleware: TaskMiddlewareRegistry,
    private readonly settings: Settings,
  ) {}

  serve(): void {
    if (!process.connected) process.exit(1); // the worker died while this process was starting
    const workerData: WatchSettings = { pulse: new EventLoopHeartbeat().buffer, ttlMs: this.settings.leaseTtlMs, parentPid: process.ppid };
    new Worker(THREAD, { workerData, name: 'isolation-watch', resourceLimits: { maxOldGenerationSizeMb: 16 } }).unref();
    process.on('message', (order: ProcessOrder) => this.obey(order));
    process.on('disconnect', () => signalGroup(process, 'SIGKILL'));
    // A worker stops an attempt by message and kills the process if that does not end it.
    process.on('SIGTERM', () => this.current ?? process.exit(0));
    void send({ type: 'ready' });
  }

  private obey(order: ProcessOrder): void {
    switch (order.type) {
      case 'run':
        return void this.run(order.task);
      case 'stop':
        return this.current?.stop(order.reason);
      case 'answer':
        return this.ports.receiveAnswer(order);
    }
  }

  private async run(task: ClaimedTask): Promise<void> {
    const attempt = (this.current = new Attempt(task, this.ports));
    await send({ of: nameOf(task), type: 'begun' });
    const end = await runInTrace({ taskId: task.id, traceContext: task.traceContext }, () => this.endOf(attempt));
    await attempt.flush();
    this.current = undefined;
    await send({ of: nameOf(task), ...end });
  }

  private async endOf(attempt: Attempt): Promise<AttemptEndMessage> {
    try {
      return { type: 'ended', outcome: portableOutcome(await this.runner.execute(this.definitions.get(attempt.name), attempt)) };
    } catch (error) {
      const failure = classify(error);
      if (!attempt.stopReason) {
        attempt.logStack(error, failure);
        await this.middleware.error(attempt, failure);
      }
      return { type: 'failed', failure, retryAfterMs: error instanceof TaskFailure ? error.retryAfterMs : null };
    }
  }
}

function send(message: ProcessMessage): Promise<void> {
  return new Promise((resolve) => {
    if (process.send && process.connected) process.send(message, undefined, {}, () => resolve());
    else resolve();
  });
}

import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Settings } from '../../platform/config/settings.ts';
import { FailureLog } from '../../platform/database/failure-log.ts';
import type { Loop } from '../../platform/lifecycle/loop.ts';
import { LoopRegistry } from '../../platform/lifecycle/loop-registry.ts';
import { NotificationDispatcher } from '../notifications/notification-dispatcher.ts';
import { AlertEvaluator } from './alert-evaluator.ts';

const NAME = 'alerts';

/** Evaluates the alert rules, and submits a task for each notification. */
@Injectable()
export class AlertLoop implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly loop: Loop;

  constructor(
    evaluator: AlertEvaluator,
    dispatcher: NotificationDispatcher,
    { alertInterval }: Settings,
    loops: LoopRegistry,
    failures: FailureLog,
  ) {
    const run = async (signal: AbortSignal): Promise<void> => {
      await dispatcher.dispatchAll(signal); // also those of a process that ended after its evaluation
      if (await evaluator.evaluate()) await dispatcher.dispatchAll(signal);
    };
    this.loop = loops.create({ name: NAME, intervalMs: alertInterval * 1_000, jitter: 0.1, run, onError: failures.of(NAME) });
  }

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.loop.stop();
  }
}

import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { WARNINGS_AT_ONCE } from '../../creators/budgets/budget-limits.ts';
import { UsageLedger } from '../../creators/budgets/usage-ledger.ts';
import { Settings } from '../../platform/config/settings.ts';
import { FailureLog } from '../../platform/database/failure-log.ts';
import type { Loop } from '../../platform/lifecycle/loop.ts';
import { LoopRegistry } from '../../platform/lifecycle/loop-registry.ts';
import { BudgetWaitService } from './budget-wait.service.ts';
import { BudgetWarningReporter } from './budget-warning.reporter.ts';

const NAME = 'budgets';
const INTERVAL_MS = 2_000;
/** Added to the time limit of a call, which counts from a moment after its reservation. */
const MARGIN_MS = 60_000;

/**
 * Settles the reservations of ended work, closes those of ended processes, resumes tasks whose budget changed while they were about
 * to wait, and reports warnings. Any number of processes may do it at once.
 */
@Injectable()
export class BudgetLoop implements OnModuleDestroy {
  private readonly loop: Loop;

  constructor(
    private readonly ledger: UsageLedger,
    private readonly waits: BudgetWaitService,
    private readonly warnings: BudgetWarningReporter,
    private readonly settings: Settings,
    loops: LoopRegistry,
    failures: FailureLog,
  ) {
    const run = (signal: AbortSignal) => this.run(signal);
    this.loop = loops.create({ name: NAME, intervalMs: INTERVAL_MS, jitter: 0.1, run, onError: failures.of(NAME) });
  }

  start(): void {
    this.loop.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.loop.stop();
  }

  private async run(signal: AbortSignal): Promise<void> {
    await this.ledger.settleEndedWork(signal);
    await this.ledger.closeLost(this.settings.llmCallTimeout * 1_000 + MARGIN_MS);
    await this.waits.resumeChanged();
    while (!signal.aborted && (await this.warnings.report()) === WARNINGS_AT_ONCE);
  }
}

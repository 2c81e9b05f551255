import { Injectable } from '@nestjs/common';
import { BudgetStore } from '../../creators/budgets/budget-store.ts';
import { inTransaction, Pools } from '../../platform/database/pools.ts';
import { EventWriter } from '../../results/events/event-writer.ts';

/** Writes the event `budget.warned` for each budget and window whose spent amount has reached the warning: once. */
@Injectable()
export class BudgetWarningReporter {
  constructor(
    private readonly pools: Pools,
    private readonly store: BudgetStore,
    private readonly events: EventWriter,
  ) {}

  /** Returns the number of events. */
  report(): Promise<number> {
    return inTransaction(this.pools.api, async (tx) => {
      const warnings = await this.store.takeWarnings(tx);
      for (const payload of warnings)
        await this.events.write(tx, { aggregateType: 'budget', aggregateId: payload.budgetId, type: 'budget.warned', payload });
      return warnings.length;
    });
  }
}

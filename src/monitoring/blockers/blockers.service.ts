import { type AccountScope, isInScope } from '../../core/actor/account-scope.ts';
import { parseActor } from '../../core/actor/actor.ts';
import { Injectable } from '@nestjs/common';
import { phaseOf, publicStatus } from '../../core/task/states.ts';
import {
  type Blocker,
  type BudgetFact,
  type DependencyFact,
  type LimitFact,
  type PauseFact,
  type WaitingFacts,
  findBlockers,
} from '../../core/task/blockers.ts';
import { BudgetStore } from '../../creators/budgets/budget-store.ts';
import { formatMicros } from '../../creators/budgets/money.ts';
import { isAgentQueue } from '../../core/agent/agent-queue.ts';
import { AgentRegistry } from '../../agents/agent.registry.ts';
import type { Limit } from '../../engine/dispatch/limit-store.ts';
import { type DependencyRow, type StoredPause, WaitingReader, type WaitingRow } from '../../engine/inspection/waiting-reader.ts';
import { LocalWorkers } from '../../tasks/queues/local-workers.ts';
import { LimitService } from '../../tasks/limits/limit.service.ts';
import { TaskDefinitionRegistry } from '../../tasks/definitions/task-definition.registry.ts';
import { type Principal, scopeOf } from '../../platform/auth/principal.ts';
import { TaskAccessService } from '../../tasks/service/task-access.service.ts';
import type { BlockerView, BlockersView } from './blockers.view.ts';

/** Explains why a task has not started. */
@Injectable()
export class BlockersService {
  constructor(
    private readonly waiting: WaitingReader,
    private readonly tasks: TaskAccessService,
    private readonly definitions: TaskDefinitionRegistry,
    private readonly limits: LimitService,
    private readonly workers: LocalWorkers,
    private readonly agents: AgentRegistry,
    private readonly budgets: BudgetStore,
  ) {}

  /** @throws {ProblemError} 404 when there is no such execution. */
  async explain(executionId: string, principal: Principal): Promise<BlockersView> {
    const task = await this.tasks.get(executionId, principal);
    const scope = scopeOf(principal);
    const [waiting, dependencies] = await Promise.all([this.waiting.find(task.id), this.waiting.dependencies(task.id)]);
    if (!waiting) return this.explain(executionId, principal); // deleted between two statements: answers 404
    const handlerKnown = this.definitions.find(task.name) !== undefined;
    const paused = { queue: pauseFact(waiting.queuePause), definition: pauseFact(waiting.definitionPause) };
    const group = await this.groupFacts(waiting, isAgentQueue(task.queue));
    const facts: WaitingFacts = {
      ...task,
      ...waiting,
      ...group,
      budget: waiting.snoozed ? await this.budgetFact(task.id) : null,
      paused,
      dependencies: dependencies.map((row) => toDependencyFact(row, scope)),
      handlerKnown,
      here: this.here(task.queue),
      limitedCaller: scope !== null,
    };
    const { blockers, earliestStart } = findBlockers(facts, waiting.now);
    const { id, name, status } = task;
    return {
      executionId: id,
      taskName: name,
      status: publicStatus(status),
      phase: phaseOf(task),
      blockers: blockers.map(toBlockerView),
      earliestStart,
    };
  }

  /** Worker processes never run tasks of agents, and agents never run tasks of other queues. */
  private async groupFacts(
    { keys, capabilities, now }: WaitingRow,
    runByAgents: boolean,
  ): Promise<Pick<WaitingFacts, 'limits' | 'capabilities' | 'eligibleAgents'>> {
    if (keys.length + capabilities.length === 0 && !runByAgents) return { limits: [], capabilities, eligibleAgents: 0 };
    const kind = runByAgents ? 'remote' : 'process';
    const [limits, eligibleAgents] = await Promise.all([this.limits.list(), this.agents.countEligible(capabilities, kind)]);
    const toFact = ({ nextTokenMs, ...limit }: Limit): LimitFact => ({
      ...limit,
      nextTokenAt: nextTokenMs === null ? null : new Date(now.getTime() + nextTokenMs),
    });
    return { limits: limits.filter(({ key }) => keys.includes(key)).map(toFact), capabilities, eligibleAgents };
  }

  private async budgetFact(taskId: string): Promise<BudgetFact | null> {
    const budget = await this.budgets.awaitedBy(taskId);
    if (budget === null) return null;
    const { id, name, accountId, period, currency } = budget;
    const [amount, spent, reserved] = [budget.amountMicros, budget.spentMicros, budget.reservedMicros].map((micros) =>
      formatMicros(micros, currency),
    ) as [string, string, string];
    return { id, name, accountId, period, amount, spent, reserved };
  }

  /** Null when no worker of this process claims from the queue: it has none, or they drain. */
  private here(queue: string): WaitingFacts['here'] {
    const worker = this.workers.find(queue);
    return worker && worker.lastClaimAt !== null ? worker : null;
  }
}

function pauseFact(pause: StoredPause): PauseFact | null {
  return pause && { by: parseActor(pause.by).name, at: new Date(pause.at) };
}

/** Of a task outside the scope of the caller only whether it blocks. */
function toDependencyFact({ id, status, open, ...task }: DependencyRow, scope: AccountScope | null): DependencyFact {
  return isInScope(scope, task) ? { id, status, open } : { id: null, status: null, open };
}

function toBlockerView({ dependsOn, ...blocker }: Blocker): BlockerView {
  if (!dependsOn) return blocker;
  return {
    ...blocker,
    dependsOn: dependsOn.map(({ id, status, open }) => ({ executionId: id, status: status && publicStatus(status), open })),
  };
}

import { Injectable } from '@nestjs/common';
import type { DispatchGroup } from '../../core/dispatch/dispatch-group.ts';
import { phaseOf, publicStatus } from '../../core/task/states.ts';
import {
  type DependencyFact,
  type Blocker,
  type LimitFact,
  type PauseFact,
  type WaitingFacts,
  findBlockers,
} from '../../core/task/blockers.ts';
import { executorOf, Pools, type SqlExecutor } from '../../platform/database/pools.ts';
import type { Limit } from '../../engine/dispatch/limit-store.ts';
import { LocalWorkers } from '../../tasks/queues/local-workers.ts';
import { LimitService } from '../../tasks/limits/limit.service.ts';
import { TaskDefinitionRegistry } from '../../tasks/definitions/task-definition.registry.ts';
import { TaskService } from '../../tasks/service/task.service.ts';
import { COUNT_ELIGIBLE_AGENTS, SELECT_DEPENDENCIES, SELECT_WAITING } from './blockers.sql.ts';
import type { BlockerView, BlockersView } from './blockers.view.ts';

type Pause = { by: string; at: string } | null;
type Waiting = Pick<WaitingFacts, 'leaseExpiresAt' | 'ahead' | 'crashes' | 'runningInQueue' | 'workersInQueue' | 'workerProcesses'> & {
  now: Date;
  keys: DispatchGroup['keys'];
  capabilities: DispatchGroup['capabilities'];
  queuePause: Pause;
  definitionPause: Pause;
};

/** Collects the facts about a waiting task. */
@Injectable()
export class BlockersService {
  private readonly executor: SqlExecutor;

  constructor(
    pools: Pools,
    private readonly tasks: TaskService,
    private readonly definitions: TaskDefinitionRegistry,
    private readonly limits: LimitService,
    private readonly workers: LocalWorkers,
  ) {
    this.executor = executorOf(pools.api);
  }

  /** @throws {ProblemError} 404 when there is no such execution. */
  async explain(executionId: string): Promise<BlockersView> {
    const task = await this.tasks.get(executionId);
    const [[waiting], dependencies] = await Promise.all([
      this.executor.query<Waiting>(SELECT_WAITING, [task.id]),
      this.executor.query<DependencyFact>(SELECT_DEPENDENCIES, [task.id]),
    ]);
    if (!waiting) return this.explain(executionId); // deleted between the two statements: throws 404
    const handlerKnown = this.definitions.find(task.name) !== undefined;
    const paused = { queue: pauseFact(waiting.queuePause), definition: pauseFact(waiting.definitionPause) };
    const group = await this.groupFacts(waiting);
    const facts = { ...task, ...waiting, ...group, paused, dependencies, handlerKnown, here: this.here(task.queue) };
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

  private async groupFacts({
    keys,
    capabilities,
    now,
  }: Waiting): Promise<Pick<WaitingFacts, 'limits' | 'capabilities' | 'eligibleAgents'>> {
    if (keys.length + capabilities.length === 0) return { limits: [], capabilities, eligibleAgents: 0 };
    const [limits, rows] = await Promise.all([
      this.limits.list(),
      this.executor.query<{ count: number }>(COUNT_ELIGIBLE_AGENTS, [capabilities]),
    ]);
    const toFact = ({ nextTokenMs, ...limit }: Limit): LimitFact => ({
      ...limit,
      nextTokenAt: nextTokenMs === null ? null : new Date(now.getTime() + nextTokenMs),
    });
    return { limits: limits.filter(({ key }) => keys.includes(key)).map(toFact), capabilities, eligibleAgents: rows[0]?.count ?? 0 };
  }

  /** Null when no worker of this process claims from the queue: it has none, or they drain. */
  private here(queue: string): WaitingFacts['here'] {
    const worker = this.workers.find(queue);
    return worker && worker.lastClaimAt !== null ? worker : null;
  }
}

function pauseFact(pause: Pause): PauseFact | null {
  return pause && { by: pause.by, at: new Date(pause.at) };
}

function toBlockerView({ dependsOn, ...gate }: Blocker): BlockerView {
  if (!dependsOn) return gate;
  return { ...gate, dependsOn: dependsOn.map(({ id, status, open }) => ({ executionId: id, status: publicStatus(status), open })) };
}

import { Injectable } from '@nestjs/common';
import { crashStreak } from '../../core/agent/crash-streak.ts';
import type { AgentStrategy } from '../../core/dispatch/agent-choice.ts';
import type { ClaimedTask } from '../../core/task/task.ts';
import { Settings } from '../../platform/config/settings.ts';
import { inTransaction, Pools, type SqlExecutor } from '../../platform/database/pools.ts';
import { Logger } from '../../platform/telemetry/logger.ts';
import { DispatchSettings } from '../../engine/dispatch/dispatch-settings.ts';
import { QuarantineClaims } from '../../engine/dispatch/quarantine-claims.ts';
import { TaskClaims } from '../../engine/dispatch/task-claims.ts';
import { AgentRepository, type LockedAgent } from '../agent.repository.ts';
import { TaskDefinitionRegistry } from '../../tasks/definitions/task-definition.registry.ts';
import { AgentTasks } from '../../engine/leases/agent-tasks.ts';

export interface LeaseRequest {
  readonly id: string;
  readonly owner: string;
  readonly queue: string;
  readonly max: number;
  /** `quarantined`: a quarantined task, which runs alone. `ordinary`: tasks without crashes. */
  readonly kind: 'ordinary' | 'quarantined';
}

/** The facts for choosing between agents that wait for one queue. */
export interface QueueSnapshot {
  readonly strategy: AgentStrategy;
  /** Number of leases by owner. */
  readonly leaseCounts: ReadonlyMap<string, number>;
  /** True when a quarantined task is waiting that such an agent could run. */
  hasQuarantined(this: void, capabilities: readonly string[]): boolean;
}

/** Leases tasks to one agent, up to its concurrency. A quarantined task is leased alone. */
@Injectable()
export class AgentLeases {
  constructor(
    private readonly pools: Pools,
    private readonly agents: AgentRepository,
    private readonly tasks: AgentTasks,
    private readonly claims: TaskClaims,
    private readonly dispatch: DispatchSettings,
    private readonly quarantine: QuarantineClaims,
    private readonly definitions: TaskDefinitionRegistry,
    private readonly settings: Settings,
    private readonly logger: Logger,
  ) {}

  /**
   * Locks the agent's row: the second of two requests sees the leases of the first, and a drain or a new registration
   * waits. The claim runs on the engine's connections, which never wait for this row. Undefined: the agent may get
   * nothing now.
   */
  grant(request: LeaseRequest): Promise<ClaimedTask[] | undefined> {
    return inTransaction(this.pools.api, async (transaction) => {
      const agent = await this.agents.lock(request.id, request.owner, transaction);
      if (!agent || agent.closed || (await this.shouldQuarantine(request, agent, transaction))) return undefined;
      const leases = await this.tasks.leasesOf(request.owner);
      const limit = Math.min(request.max, agent.maxConcurrency - leases.length);
      if (limit <= 0 || leases.some(({ quarantined }) => quarantined)) return undefined;
      const { queue, owner } = request;
      const names = this.definitions.namesRunBy('agents');
      const claim = { queue, names, owner, leaseSeconds: this.settings.leaseTtlMs / 1_000, capabilities: agent.capabilities };
      if (request.kind === 'quarantined' && leases.length > 0) return undefined;
      const quarantined = request.kind === 'quarantined' ? await this.quarantine.assign({ ...claim, limit: 1 }) : [];
      return quarantined.length > 0 ? quarantined : this.claims.assign({ ...claim, limit });
    });
  }

  async snapshot(queue: string, waiting: readonly { agent: { owner: string } }[]): Promise<QueueSnapshot> {
    const [strategy, leaseCounts, needed] = await Promise.all([
      this.dispatch.agentStrategy(queue),
      this.tasks.countLeases(waiting.map(({ agent }) => agent.owner)),
      this.tasks.capabilitiesOfQuarantined(queue, this.definitions.namesRunBy('agents')),
    ]);
    const hasQuarantined = (capabilities: readonly string[]) => needed.some((words) => words.every((word) => capabilities.includes(word)));
    return { strategy, leaseCounts, hasQuarantined };
  }

  /**
   * Releases tasks whose answer could not be delivered. A task that the agent has started through another connection
   * keeps running.
   */
  async release(tasks: readonly ClaimedTask[], owner: string): Promise<void> {
    await this.tasks.releaseUnstarted(tasks, owner);
  }

  /** Puts an agent into quarantine that crashes repeatedly, each time with other tasks. */
  private async shouldQuarantine({ id }: LeaseRequest, { name }: LockedAgent, transaction: SqlExecutor): Promise<boolean> {
    const { agentQuarantineAfter, leaseTtlMs } = this.settings;
    const crashes = await this.agents.crashes(name, transaction);
    const streak = crashStreak(crashes, leaseTtlMs);
    if (streak < agentQuarantineAfter) return false;
    const lost = [...new Set(crashes.map(({ taskId }) => taskId))].slice(0, agentQuarantineAfter);
    const reason = `it crashed or was lost ${streak} times without completing a task in between; the last tasks: ${lost.join(', ')}`;
    await this.agents.quarantine(id, reason, transaction);
    this.logger.warn({ agent: name, reason }, 'an agent was put into quarantine');
    return true;
  }
}

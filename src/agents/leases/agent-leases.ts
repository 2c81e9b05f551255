import { Injectable } from '@nestjs/common';
import { crashStreak } from '../../core/agent/crash-streak.ts';
import type { AgentStrategy } from '../../core/dispatch/agent-choice.ts';
import { parseLane } from '../../core/dispatch/lane.ts';
import type { ClaimedTask } from '../../core/task/task.ts';
import { Settings } from '../../platform/config/settings.ts';
import { inTransaction, Pools, type SqlExecutor } from '../../platform/database/pools.ts';
import { Logger } from '../../platform/telemetry/logger.ts';
import { TaskClaims } from '../../tasks/dispatch/task-claims.ts';
import { AgentRepository, type LockedAgent } from '../agent.repository.ts';
import { AgentTasks } from './agent-tasks.ts';

export interface Wish {
  readonly id: string;
  readonly owner: string;
  readonly queue: string;
  readonly max: number;
  /** `suspects`: one that crashed before, to be run alone; `ordinary`: those that did not. */
  readonly kind: 'ordinary' | 'suspects';
}

/** What must be known to choose between agents that wait for the tasks of one queue. */
export interface Outlook {
  readonly strategy: AgentStrategy;
  /** Leases by owner. */
  readonly held: ReadonlyMap<string, number>;
  /** Whether something that such an agent could run waits under suspicion. */
  suspects(this: void, capabilities: readonly string[]): boolean;
}

/** Gives tasks to one agent: never more than it may hold, and nothing beside one that is under suspicion. */
@Injectable()
export class AgentLeases {
  constructor(
    private readonly pools: Pools,
    private readonly agents: AgentRepository,
    private readonly tasks: AgentTasks,
    private readonly claims: TaskClaims,
    private readonly settings: Settings,
    private readonly logger: Logger,
  ) {}

  /**
   * The agent's row is locked meanwhile: of two requests of one agent the second sees what the first has got, and who drains
   * it or registers it anew waits. The claim runs on the engine's connections, which never wait for such a row. Undefined:
   * the agent is to get nothing now, whatever there is.
   */
  grant(wish: Wish): Promise<ClaimedTask[] | undefined> {
    return inTransaction(this.pools.api, async (transaction) => {
      const agent = await this.agents.lock(wish.id, wish.owner, transaction);
      if (!agent || agent.closed || (await this.isSick(wish, agent, transaction))) return undefined;
      const held = await this.tasks.heldBy(wish.owner);
      const limit = Math.min(wish.max, agent.maxConcurrency - held.length);
      if (limit <= 0 || held.some(({ suspect }) => suspect)) return undefined;
      const { queue, owner } = wish;
      const claim = { queue, owner, leaseSeconds: this.settings.leaseTtlMs / 1_000, capabilities: agent.capabilities };
      if (wish.kind === 'suspects' && held.length > 0) return undefined;
      const suspects = wish.kind === 'suspects' ? await this.claims.assignSuspects({ ...claim, limit: 1 }) : [];
      return suspects.length > 0 ? suspects : this.claims.assign({ ...claim, limit });
    });
  }

  async outlook(queue: string, waiting: readonly { agent: { owner: string } }[]): Promise<Outlook> {
    const [strategies, held, lanes] = await Promise.all([
      this.agents.strategies([queue]),
      this.tasks.countHeld(waiting.map(({ agent }) => agent.owner)),
      this.tasks.suspectLanes(queue),
    ]);
    const needed = lanes.map((lane) => parseLane(lane).capabilities);
    const suspects = (capabilities: readonly string[]) => needed.some((words) => words.every((word) => capabilities.includes(word)));
    return { strategy: strategies.get(queue) ?? 'least_loaded', held, suspects };
  }

  /** What was granted to an agent whose connection was gone. Through another one it may have started it since: that stays. */
  async giveBack(tasks: readonly ClaimedTask[], owner: string): Promise<void> {
    await this.tasks.releaseUnstarted(tasks, owner);
  }

  /** Puts an agent in quarantine that ends again and again, each time with other tasks. */
  private async isSick({ id }: Wish, { name }: LockedAgent, transaction: SqlExecutor): Promise<boolean> {
    const { agentQuarantineAfter, leaseTtlMs } = this.settings;
    const crashes = await this.agents.crashes(name, transaction);
    const streak = crashStreak(crashes, leaseTtlMs);
    if (streak < agentQuarantineAfter) return false;
    const lost = [...new Set(crashes.map(({ taskId }) => taskId))].slice(0, agentQuarantineAfter);
    const reason = `it ended or fell silent ${streak} times without completing a task in between; the last it had: ${lost.join(', ')}`;
    await this.agents.quarantine(id, reason, transaction);
    this.logger.warn({ agent: name, reason }, 'an agent was put in quarantine');
    return true;
  }
}

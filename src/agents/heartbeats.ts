import { Injectable } from '@nestjs/common';
import type { Fence } from '../core/task/task.ts';
import type { AgentPrincipal } from '../platform/auth/principal.ts';
import { Settings } from '../platform/config/settings.ts';
import { StatementBatcher } from '../platform/database/statement-batcher.ts';
import { unauthenticated } from '../platform/auth/unauthenticated.ts';
import type { ProblemError } from '../platform/http/problem.ts';
import { TaskStore } from '../engine/task-store.ts';
import { type Beat, AgentRepository } from './agent.repository.ts';
import { AgentTasks, type OwnedFence } from '../engine/leases/agent-tasks.ts';

export interface BeatAnswer {
  /** Ids of tasks whose lease the agent has lost. It stops working on them and reports nothing more. */
  readonly lost: string[];
  /** Ids of tasks that were cancelled. The agent does the same. */
  readonly cancel: string[];
  /** The agent gets no more leases. */
  readonly drain: boolean;
  /** Duration of the leases from this heartbeat. */
  readonly ttlMs: number;
}

/**
 * Heartbeats of agents, with the tasks they run. A task whose lease never reached the agent, because the answer was
 * lost, is requeued by the first heartbeat that does not name it one interval after the grant. All heartbeats of one
 * moment share two statements: one for agent rows on the API pool, one for leases on the engine pool, which never
 * waits for a row that a grant has locked.
 */
@Injectable()
export class Heartbeats {
  private readonly agents: StatementBatcher<Beat, boolean | undefined>;
  private readonly leases: StatementBatcher<OwnedFence, boolean>;
  private readonly unclaimed: StatementBatcher<string, void>;
  private readonly ttlMs: number;

  constructor(
    agents: AgentRepository,
    tasks: AgentTasks,
    private readonly repository: TaskStore,
    { leaseTtlMs, leaseBeatMs }: Settings,
  ) {
    this.ttlMs = leaseTtlMs;
    this.agents = new StatementBatcher({
      run: async (rows) => {
        const seen = await agents.beat(rows);
        return rows.map(({ id }) => seen.get(id));
      },
    });
    this.leases = new StatementBatcher({ run: (rows) => tasks.extend(rows, leaseTtlMs / 1_000) });
    this.unclaimed = new StatementBatcher({
      run: async (owners) => {
        await tasks.releaseUnclaimed(owners, (leaseTtlMs - leaseBeatMs) / 1_000);
        return [];
      },
    });
  }

  async beat({ id, leaseOwner: owner }: AgentPrincipal, running: readonly Fence[], load: number | null): Promise<BeatAnswer> {
    const [drain, ...kept] = await Promise.all([
      this.agents.add({ id, owner, load }),
      ...running.map((fence) => this.leases.add({ ...fence, owner })),
    ]);
    if (drain === undefined) throw registeredAnew();
    await this.unclaimed.add(owner).catch(() => undefined); // the leases are extended; the next heartbeat looks again
    const over = running.filter((_, i) => !kept[i]).map((task) => task.id);
    const statuses = over.length === 0 ? [] : await this.repository.statuses(over);
    const cancelled = new Set(statuses.filter(({ status }) => status === 'cancelled').map((task) => task.id));
    return {
      lost: over.filter((task) => !cancelled.has(task)),
      cancel: over.filter((task) => cancelled.has(task)),
      drain,
      ttlMs: this.ttlMs,
    };
  }
}

/** The agent registered again between the token check and the heartbeat. */
function registeredAnew(): ProblemError {
  return unauthenticated('key_invalid', 'The agent has left or registered again.');
}

import { Injectable } from '@nestjs/common';
import type { Fence } from '../core/task/task.ts';
import type { AgentPrincipal } from '../platform/auth/principal.ts';
import { Settings } from '../platform/config/settings.ts';
import { StatementBatcher } from '../platform/database/statement-batcher.ts';
import { unauthenticated } from '../platform/auth/unauthenticated.ts';
import type { ProblemError } from '../platform/http/problem.ts';
import { TaskRepository } from '../engine/task.repository.ts';
import { type Beat, AgentRepository } from './agent.repository.ts';
import { AgentTasks, type OwnedFence } from '../engine/leases/agent-tasks.ts';

export interface BeatAnswer {
  /** Ids of tasks that are no longer the agent's: it stops what it does for them and says nothing more of them. */
  readonly lost: string[];
  /** The same, of tasks that somebody cancelled. */
  readonly cancel: string[];
  /** Leases go out no more. */
  readonly drain: boolean;
  /** The leases named last so long. */
  readonly ttlMs: number;
}

/**
 * Tasks whose lease never reached the agent, because the answer was lost, go back with the first heartbeat that does not name them
 * one interval after the grant. Agents say that they live, and which tasks they run. All that come in one moment are two statements: the agents' rows by the
 * connections for requests, the leases by the engine's, which never wait for a row that a grant has locked.
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
    private readonly repository: TaskRepository,
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

/** Between the check of the token and the beat. */
function registeredAnew(): ProblemError {
  return unauthenticated('key_invalid', 'The agent has left, or registered anew.');
}

import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { newId } from '../platform/ids/new-id.ts';
import { agentOwner } from '../core/actor/actor.ts';
import { AGENT_TOKEN } from '../platform/auth/agent-token.ts';
import type { Principal } from '../platform/auth/principal.ts';
import type { TokenDigest } from '../platform/auth/token.ts';
import { ProblemError } from '../platform/http/problem.ts';
import { isUuid } from '../platform/http/uuid.ts';
import {
  AGENT_KINDS,
  AGENT_STATUSES,
  type AgentCount,
  type AgentFilter,
  type AgentKind,
  AgentRepository,
  type AgentRow,
  type AgentStatus,
} from './agent.repository.ts';
import { AgentTasks, bootOf } from '../engine/leases/agent-tasks.ts';

export interface Registration {
  readonly name: string;
  readonly capabilities: readonly string[];
  readonly maxConcurrency: number;
  readonly version: string | null;
}

export interface Enrolled {
  readonly id: string;
  /** Shown only in this answer. */
  readonly token: string;
}

/** `running`: the leases of the agent. */
export type Agent = AgentRow & { readonly running: number };

/** Registers agents and applies what operators decide about them. */
@Injectable()
export class AgentRegistry {
  constructor(
    private readonly agents: AgentRepository,
    private readonly tasks: AgentTasks,
  ) {}

  /**
   * Registers a new boot of an agent, with its own token. The leases of an earlier boot are ended: their tasks are
   * ready again when this returns.
   * @throws {ProblemError} 403 when an agent registers another name, 409 when a process has the name.
   */
  async register({ name, capabilities, maxConcurrency, version }: Registration, principal: Principal): Promise<Enrolled> {
    if (principal.type === 'agent' && (await this.agents.idOf(name)) !== principal.id) throw notYourself();
    const token = AGENT_TOKEN.generate();
    const digest = AGENT_TOKEN.parse(token) as TokenDigest;
    const id = newId();
    const owner = agentOwner(name, id, randomUUID());
    const unique = [...new Set(capabilities)].sort();
    const stored = await this.agents.register({
      id,
      name,
      owner,
      token: digest,
      capabilities: unique,
      maxConcurrency,
      version,
    });
    if (stored === undefined) throw ProblemError.conflict('name_taken', `A process of ContentHub has the name "${name}".`);
    if (stored.previousOwner !== undefined) await this.tasks.rescueFrom(stored.previousOwner);
    return { id: stored.id, token };
  }

  async get(id: string): Promise<Agent> {
    const row = isUuid(id) ? await this.agents.find(id) : undefined;
    const [agent] = row ? await this.withLeases([row]) : [];
    if (!agent) throw notFound(id);
    return agent;
  }

  async list(filter: AgentFilter): Promise<Agent[]> {
    return this.withLeases(await this.agents.list(filter));
  }

  /** How many of each kind have each status; a status that none has is 0. */
  async counts(): Promise<AgentCount[]> {
    const rows = await this.agents.counts();
    const of = (kind: AgentKind, status: AgentStatus) => rows.find((row) => row.kind === kind && row.status === status)?.count ?? 0;
    return AGENT_KINDS.flatMap((kind) => AGENT_STATUSES.map((status) => ({ kind, status, count: of(kind, status) })));
  }

  /** Counts the processes, or the remote agents, that are online and have all of these capabilities. */
  countEligible(capabilities: readonly string[], kind: AgentKind): Promise<number> {
    return this.agents.countEligible(capabilities, kind);
  }

  /** Stops leasing to the agent; running tasks finish. */
  async drain(id: string): Promise<Agent> {
    return this.changed(id, await this.agents.drain(known(id)));
  }

  /** @throws {ProblemError} 409 for a process, which can only be drained. */
  async quarantine(id: string, reason: string): Promise<Agent> {
    const agent = await this.get(id);
    if (agent.kind === 'process') {
      throw ProblemError.conflict('agent_is_process', 'A process of ContentHub cannot be put into quarantine.', { detail: 'Drain it.' });
    }
    return this.changed(id, await this.agents.quarantine(id, reason));
  }

  /** Ends a drain and a quarantine. */
  async resume(id: string): Promise<Agent> {
    return this.changed(id, await this.agents.resume(known(id)));
  }

  /** Returns how many tasks were requeued. Their attempts are given back. */
  async unregister(id: string): Promise<number> {
    const agent = await this.get(id);
    if (agent.kind === 'process') {
      throw ProblemError.conflict('agent_is_process', 'A process of ContentHub cannot be unregistered.', { detail: 'Stop it.' });
    }
    const left = await this.agents.unregister(id);
    if (!left) return 0; // another request removed it
    await this.agents.forgetCrashes(left.name);
    return this.tasks.releaseAllOf(left.owner);
  }

  private async withLeases(rows: readonly AgentRow[]): Promise<Agent[]> {
    const counts = await this.tasks.countLeasesByBoot();
    return rows.map((row) => ({ ...row, running: counts.get(bootOf(row.owner)) ?? 0 }));
  }

  private changed(id: string, there: boolean): Promise<Agent> {
    if (!there) throw notFound(id);
    return this.get(id);
  }
}

function known(id: string): string {
  if (!isUuid(id)) throw notFound(id);
  return id;
}

function notFound(id: string): ProblemError {
  return ProblemError.notFound('agent_not_found', `There is no agent "${id.slice(0, 100)}".`);
}

function notYourself(): ProblemError {
  return ProblemError.forbidden('not_yourself', 'An agent may register only its own name again.', {
    detail: 'Another name needs the key of an operator.',
  });
}

import { Injectable } from '@nestjs/common';
import type { AgentCrash } from '../core/agent/crash-streak.ts';
import { type OnlineAgentReader, ReadsOnlineAgents } from '../engine/queues/online-agents.ts';
import { type AgentTokenLookup, LooksUpAgentTokens, type StoredAgent } from '../platform/auth/agent-directory.ts';
import { Settings } from '../platform/config/settings.ts';
import { executorOf, inTransaction, Pools, type SqlExecutor } from '../platform/database/pools.ts';
import * as sql from './agent.sql.ts';

export const AGENT_KINDS = ['process', 'remote'] as const;
export type AgentKind = (typeof AGENT_KINDS)[number];
export const AGENT_STATUSES = ['online', 'draining', 'quarantined', 'offline'] as const;
export type AgentStatus = (typeof AGENT_STATUSES)[number];

export interface AgentRow {
  readonly id: string;
  readonly name: string;
  readonly kind: AgentKind;
  readonly owner: string;
  readonly capabilities: string[];
  readonly maxConcurrency: number;
  readonly version: string | null;
  readonly processInfo: ProcessInfo | null;
  readonly load: number | null;
  readonly registeredAt: Date;
  readonly lastSeenAt: Date;
  readonly drainingAt: Date | null;
  readonly quarantinedAt: Date | null;
  readonly quarantineReason: string | null;
  readonly status: AgentStatus;
  readonly silentForMs: number;
  /** Tasks lost with the agent since it last completed one. */
  readonly crashes: number;
}

export interface ProcessInfo {
  readonly host: string;
  readonly pid: number;
  /** By queue. */
  readonly slots: Readonly<Record<string, number>>;
}

export interface AgentFilter {
  readonly kind?: AgentKind;
  readonly capability?: string;
  readonly status?: AgentStatus;
  readonly beforeId?: string;
  readonly limit: number;
}

export interface AgentCount {
  readonly kind: AgentKind;
  readonly status: AgentStatus;
  readonly count: number;
}

export interface NewRegistration {
  readonly id: string;
  readonly name: string;
  readonly owner: string;
  readonly token: { readonly prefix: string; readonly hash: Buffer };
  readonly capabilities: readonly string[];
  readonly maxConcurrency: number;
  readonly version: string | null;
}

/** The state of an agent when its row was locked. */
export interface LockedAgent {
  readonly name: string;
  readonly capabilities: string[];
  readonly maxConcurrency: number;
  /** It is drained or in quarantine, so it gets no tasks. */
  readonly closed: boolean;
}

export interface Beat {
  readonly id: string;
  readonly owner: string;
  readonly load: number | null;
}

export interface ProcessBeat {
  readonly id: string;
  readonly name: string;
  readonly capabilities: readonly string[];
  readonly slots: number;
  readonly version: string;
  readonly processInfo: ProcessInfo;
  readonly load: number;
  /** It is draining on request. */
  readonly draining: boolean;
  /** The task definitions that its workers run. */
  readonly taskNames: readonly string[];
}

/** An agent is offline after this many missed heartbeats. */
const MISSED_BEATS = 3;
/** How long a killed process is listed as offline. */
const DEAD_PROCESS_SECONDS = 600;

/** The table of agents. */
@Injectable()
@LooksUpAgentTokens('agents')
@ReadsOnlineAgents('agents')
export class AgentRepository implements AgentTokenLookup, OnlineAgentReader {
  private readonly api: SqlExecutor;
  private readonly silence: number;

  constructor(
    private readonly pools: Pools,
    settings: Settings,
  ) {
    this.api = executorOf(pools.api);
    this.silence = (MISSED_BEATS * settings.leaseBeatMs) / 1_000;
  }

  async findByTokenPrefix(prefix: string): Promise<StoredAgent | null> {
    return (await this.api.query<StoredAgent>(sql.SELECT_AGENT_BY_TOKEN, [prefix]))[0] ?? null;
  }

  async find(id: string): Promise<AgentRow | undefined> {
    return (await this.api.query<AgentRow>(sql.SELECT_AGENT, [this.silence, id]))[0];
  }

  list({ kind, capability, status, beforeId, limit }: AgentFilter): Promise<AgentRow[]> {
    const values = [kind, capability, status, beforeId].map((value) => value ?? null);
    return this.api.query<AgentRow>(sql.SELECT_AGENTS, [this.silence, ...values, limit]);
  }

  async idOf(name: string): Promise<string | undefined> {
    return (await this.api.query<{ id: string }>(sql.SELECT_AGENT_ID, [name]))[0]?.id;
  }

  /** Undefined when a process has that name. `previousOwner` is the lease owner of the previous boot. */
  async register(agent: NewRegistration): Promise<{ id: string; previousOwner: string | undefined } | undefined> {
    const { id, name, owner, token, capabilities, maxConcurrency, version } = agent;
    const values = [id, name, owner, token.prefix, token.hash, capabilities, maxConcurrency, version];
    return inTransaction(this.pools.api, async (transaction) => {
      const [previous] = await transaction.query<{ owner: string }>(sql.LOCK_NAME, [name]);
      const [stored] = await transaction.query<{ id: string }>(sql.REGISTER_AGENT, values);
      return stored && { id: stored.id, previousOwner: previous?.owner };
    });
  }

  async unregister(id: string): Promise<{ name: string; owner: string } | undefined> {
    return (await this.api.query<{ name: string; owner: string }>(sql.UNREGISTER_AGENT, [id]))[0];
  }

  /** Returns false when there is no such agent. */
  async drain(id: string): Promise<boolean> {
    return (await this.api.query(sql.DRAIN_AGENT, [id])).length > 0;
  }

  async resume(id: string): Promise<boolean> {
    const [agent] = await this.api.query<{ name: string }>(sql.RESUME_AGENT, [id]);
    if (agent) await this.forgetCrashes(agent.name);
    return agent !== undefined;
  }

  async quarantine(id: string, reason: string, executor: SqlExecutor = this.api): Promise<boolean> {
    return (await executor.query(sql.QUARANTINE_AGENT, [id, reason])).length > 0;
  }

  async forgetCrashes(name: string): Promise<void> {
    await this.api.query(sql.FORGET_CRASHES, [name]);
  }

  /** Returns by id whether the agent is closed. Agents of an earlier registration are missing. */
  async beat(rows: readonly Beat[]): Promise<Map<string, boolean>> {
    const seen = await this.api.query<{ id: string; drain: boolean }>(sql.BEAT_AGENTS, [JSON.stringify(rows)]);
    return new Map(seen.map(({ id, drain }) => [id, drain]));
  }

  /** Returns whether the process must drain. */
  async beatProcess({ id, name, capabilities, slots, version, processInfo, load, draining, taskNames }: ProcessBeat): Promise<boolean> {
    const values = [id, name, capabilities, slots, version, JSON.stringify(processInfo), load, draining, taskNames];
    return (await this.api.query<{ drain: boolean }>(sql.BEAT_PROCESS, values))[0]?.drain ?? false;
  }

  async forgetProcess(name: string): Promise<void> {
    await this.api.query(sql.FORGET_PROCESS, [name]);
  }

  async forgetDeadProcesses(): Promise<void> {
    await this.api.query(sql.FORGET_DEAD_PROCESSES, [DEAD_PROCESS_SECONDS]);
  }

  /** Undefined when the agent has left or registered again. */
  async lock(id: string, owner: string, transaction: SqlExecutor): Promise<LockedAgent | undefined> {
    return (await transaction.query<LockedAgent>(sql.LOCK_AGENT, [id, owner]))[0];
  }

  /** Counts the processes, or the remote agents, that are online and have all of these capabilities. */
  counts(): Promise<AgentCount[]> {
    return this.api.query<AgentCount>(sql.COUNT_AGENTS, [this.silence]);
  }

  async countEligible(capabilities: readonly string[], kind: AgentKind): Promise<number> {
    return (await this.api.query<{ count: number }>(sql.COUNT_ELIGIBLE_AGENTS, [capabilities, kind]))[0]?.count ?? 0;
  }

  /** The capabilities of each remote agent that may get tasks now. Equal ones are listed once. */
  async capabilitiesOnline(): Promise<string[][]> {
    return (await this.api.query<{ capabilities: string[] }>(sql.SELECT_CAPABILITIES_ONLINE, [])).map(({ capabilities }) => capabilities);
  }

  crashes(name: string, executor: SqlExecutor): Promise<AgentCrash[]> {
    return executor.query<AgentCrash>(sql.SELECT_CRASHES, [name]);
  }
}

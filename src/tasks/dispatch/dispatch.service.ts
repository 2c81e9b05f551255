import { Injectable } from '@nestjs/common';
import type { AgentStrategy } from '../../core/dispatch/agent-choice.ts';
import type { Strategy } from '../../core/dispatch/choose-groups.ts';
import { executorOf, Pools, type SqlExecutor } from '../../platform/database/pools.ts';
import { Logger } from '../../platform/telemetry/logger.ts';
import { TaskDefinitionRegistry } from '../definitions/task-definition.registry.ts';
import * as sql from '../../engine/dispatch/dispatch.sql.ts';

export interface PausedDefinition {
  readonly name: string;
  readonly pausedAt: Date;
  readonly pausedBy: string;
}

export interface Strategies {
  readonly strategy: Strategy;
  readonly agentStrategy: AgentStrategy;
}

const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/** What operators say about who gets what: which definitions are paused, and in which order a queue gives out. */
@Injectable()
export class DispatchService {
  private readonly api: SqlExecutor;

  constructor(
    pools: Pools,
    private readonly definitions: TaskDefinitionRegistry,
    private readonly logger: Logger,
  ) {
    this.api = executorOf(pools.api);
  }

  paused(): Promise<PausedDefinition[]> {
    return this.api.query<PausedDefinition>(sql.SELECT_PAUSED_DEFINITIONS, []);
  }

  /** No process starts a task of this name any more; what runs goes on. @throws {ProblemError} 404 */
  async pause(name: string, actor: string): Promise<PausedDefinition> {
    this.definitions.get(name);
    await this.api.query(sql.PAUSE_DEFINITION, [name, actor]);
    this.logger.info({ task: name, actor }, 'definition paused');
    const found = (await this.paused()).find((one) => one.name === name);
    return found ?? this.pause(name, actor); // resumed between the two statements
  }

  /** @throws {ProblemError} 404 */
  async resume(name: string, actor: string): Promise<void> {
    this.definitions.get(name);
    await this.api.query(sql.RESUME_DEFINITION, [name]);
    this.logger.info({ task: name, actor }, 'definition resumed');
  }

  /** In force at the next claim. What waits is ranked anew when its priority begins, or ceases, to count. */
  async choose(queue: string, wish: Partial<Strategies>): Promise<Strategies> {
    const values = [queue, wish.strategy ?? null, wish.agentStrategy ?? null];
    const [row] = await this.api.query<Strategies & { before: Strategy }>(sql.SET_STRATEGY, values);
    if (!row) throw new Error(`the strategy of the queue ${queue} was not stored`);
    const { before, ...now } = row;
    if ((before === 'fifo') !== (now.strategy === 'fifo')) await this.rerank(queue);
    return now;
  }

  private async rerank(queue: string): Promise<void> {
    for (let after = FIRST_ID, more = true; more; ) {
      const rows = await this.api.query<{ id: string }>(sql.RERANK_TASKS, [queue, after]);
      more = rows.length === sql.RERANK_ROWS;
      after = rows.reduce((last, { id }) => (id > last ? id : last), after);
    }
  }
}

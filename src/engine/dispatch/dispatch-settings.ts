import { Injectable } from '@nestjs/common';
import type { AgentStrategy } from '../../core/dispatch/agent-choice.ts';
import type { Strategy } from '../../core/dispatch/choose-groups.ts';
import { executorOf, Pools, type SqlExecutor } from '../../platform/database/pools.ts';
import { FIRST_ID } from '../sweep-pages.ts';
import * as sql from './dispatch-settings.sql.ts';

export interface PausedDefinition {
  readonly name: string;
  readonly pausedAt: Date;
  readonly pausedBy: string;
}

export interface Strategies {
  readonly strategy: Strategy;
  readonly agentStrategy: AgentStrategy;
}

/** The strategy of a queue without a row, equal to the default of the column. */
const DEFAULT_AGENT_STRATEGY: AgentStrategy = 'least_loaded';

/** Dispatch settings of operators: the paused definitions, and the strategies of each queue. */
@Injectable()
export class DispatchSettings {
  private readonly api: SqlExecutor;

  constructor(pools: Pools) {
    this.api = executorOf(pools.api);
  }

  pausedDefinitions(): Promise<PausedDefinition[]> {
    return this.api.query<PausedDefinition>(sql.SELECT_PAUSED_DEFINITIONS, []);
  }

  async pauseDefinition(name: string, actor: string): Promise<void> {
    await this.api.query(sql.PAUSE_DEFINITION, [name, actor]);
  }

  async resumeDefinition(name: string): Promise<void> {
    await this.api.query(sql.RESUME_DEFINITION, [name]);
  }

  async agentStrategy(queue: string): Promise<AgentStrategy> {
    const [row] = await this.api.query<{ strategy: AgentStrategy }>(sql.SELECT_AGENT_STRATEGY, [queue]);
    return row?.strategy ?? DEFAULT_AGENT_STRATEGY;
  }

  /** Applies from the next claim on. Updates the rank of waiting tasks when priorities start or stop to count. */
  async setStrategies(queue: string, { strategy, agentStrategy }: Partial<Strategies>): Promise<Strategies> {
    const values = [queue, strategy ?? null, agentStrategy ?? null];
    const [row] = await this.api.query<Strategies & { before: Strategy }>(sql.SET_STRATEGY, values);
    if (!row) throw new Error(`the strategy of the queue ${queue} was not stored`);
    const { before, ...now } = row;
    if ((before === 'fifo') !== (now.strategy === 'fifo')) await this.rankAgain(queue);
    return now;
  }

  private async rankAgain(queue: string): Promise<void> {
    for (let after: string | undefined = FIRST_ID; after !== undefined; ) {
      const rows: { id: string }[] = await this.api.query(sql.SELECT_WAITING_IDS, [queue, after]);
      const ids = rows.map(({ id }) => id);
      await this.api.query(sql.RERANK_TASKS, [ids]);
      after = ids.length === sql.RERANK_ROWS ? ids.at(-1) : undefined;
    }
  }
}

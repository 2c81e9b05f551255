import { Injectable } from '@nestjs/common';
import type { ActiveGroup, ReadyGroup, Strategy } from '../../core/dispatch/choose-groups.ts';
import type { LimitState } from '../../core/dispatch/limit-budget.ts';
import { executorOf, Pools, type SqlExecutor } from '../../platform/database/pools.ts';
import { SELECT_HAS_GROUPS, SELECT_READY_KINDS } from '../claim.sql.ts';
import { MAX_GROUPS, SELECT_READY_GROUPS } from './dispatch.sql.ts';

export interface ReadyGroups {
  readonly strategy: Strategy;
  readonly groups: readonly ReadyGroup[];
  /** Limits of the keys of these groups. */
  readonly limits: readonly LimitState[];
  /** The leased tasks, when the strategy or a limit counts them. */
  readonly active: readonly ActiveGroup[];
  /** The queue has more groups than one look reads. */
  readonly partial: boolean;
}

/** Whether the queue has ready tasks outside of groups, and in groups. */
export interface ReadyKinds {
  readonly hasUngrouped: boolean;
  readonly hasGroups: boolean;
}

interface Row {
  strategy: Strategy;
  depth: number;
  groups: Omit<ReadyGroup, 'hasMore'>[];
  limits: LimitState[];
  active: ActiveGroup[] | null;
}

/** Reads what a queue could start, without a lock. Each look at more groups than it can read begins where the one before ended. */
@Injectable()
export class ReadyGroupsReader {
  private readonly engine: SqlExecutor;
  /** By queue: the last group of a look that did not read all. */
  private readonly cursors = new Map<string, { name: string; group: string }>();

  constructor(pools: Pools) {
    this.engine = executorOf(pools.engine);
  }

  /** Costs a tenth of `read`: an idle queue needs no more. `withUngrouped`: false to look for groups only, past the entries of ungrouped tasks. */
  async readyKinds(queue: string, names: readonly string[], withUngrouped: boolean): Promise<ReadyKinds> {
    const [kinds] = await this.engine.query<ReadyKinds>(withUngrouped ? SELECT_READY_KINDS : SELECT_HAS_GROUPS, [queue, names]);
    if (!kinds) throw new Error('a SELECT of one row returned none');
    return kinds;
  }

  async read(queue: string, wanted: number, names: readonly string[]): Promise<ReadyGroups> {
    const cursor = this.cursors.get(queue);
    const [row] = await this.engine.query<Row>(SELECT_READY_GROUPS, [queue, wanted, names, cursor?.name ?? '', cursor?.group ?? '']);
    if (!row) throw new Error('a SELECT of one row returned none');
    const counted = row.groups.filter(({ group }) => group !== null);
    const last = counted.length === MAX_GROUPS ? counted.at(-1) : undefined;
    if (last === undefined) this.cursors.delete(queue);
    else this.cursors.set(queue, { name: last.name, group: last.group ?? '' });
    return {
      strategy: row.strategy,
      groups: row.groups.map((group) => ({ ...group, hasMore: group.ranks.length === row.depth })),
      limits: row.limits,
      active: row.active ?? [],
      partial: last !== undefined || cursor !== undefined,
    };
  }
}

import { ClaimFloor } from '../../core/dispatch/claim-floor.ts';
import type { ClaimedTask } from '../../core/task/task.ts';
import type { SqlExecutor } from '../../platform/database/pools.ts';
import type { Statement } from '../../platform/database/statement-group.ts';
import type { ClaimRequest } from '../../queue/task-queue.ts';
import * as sql from '../claim.sql.ts';

export interface UngroupedClaim {
  readonly tasks: ClaimedTask[];
  /** The claim read the queue from its first entry. Otherwise tasks with a lower rank may be ready. */
  readonly isFullScan: boolean;
  /** The claim considered the tasks of one name only. */
  readonly isSingleName: boolean;
}

type Row = ClaimedTask & { readonly isOnlyName?: boolean; readonly rank?: number };

/** Leases the first ready tasks of a queue when all its ready tasks have this name and none is in a group. */
export const singleNameClaim = ({ queue, limit, owner, leaseSeconds }: ClaimRequest, name: string): Statement => ({
  text: sql.CLAIM_ONLY_NAME,
  values: [queue, limit, owner, leaseSeconds, name],
});

/** Leases the first ready tasks that are in no group, by the statement that costs least. */
export class UngroupedClaims {
  /** By queue: the name that all its ready tasks had at the last claim. CLAIM_ONLY_NAME checks it again. */
  private readonly onlyNames = new Map<string, string>();
  private readonly floors = new Map<string, ClaimFloor>();

  /** `hasFloors`: false for a driver that must see every ready task in each claim. Its dead rows are never counted. */
  constructor(
    private readonly engine: SqlExecutor,
    private readonly hasFloors: boolean,
  ) {}

  async claim({ queue, limit, owner, leaseSeconds, names }: ClaimRequest): Promise<UngroupedClaim> {
    const floor = this.floorOf(queue);
    const startedAt = performance.now();
    const from = floor.next(startedAt);
    const name = this.onlyNameOf(queue, names);
    const values = [queue, limit, owner, leaseSeconds, name ?? names];
    const tasks = await (from === undefined
      ? this.engine.query<Row>(name === undefined ? sql.CLAIM_TASKS : sql.CLAIM_ONLY_NAME, values)
      : this.engine.query<Row>(name === undefined ? sql.CLAIM_TASKS_FROM : sql.CLAIM_ONLY_NAME_FROM, [...values, from]));
    const nowMs = performance.now();
    const isSlow = floor.claimed({ from, lowest: lowestOf(tasks), tookMs: nowMs - startedAt, nowMs });
    if (isSlow && this.hasFloors) void this.countDead(floor);
    const isFullScan = from === undefined || from === Number.NEGATIVE_INFINITY;
    if (tasks[0]?.isOnlyName === true) this.onlyNames.set(queue, tasks[0].name);
    else if (tasks[0]?.isOnlyName === false || (tasks.length === 0 && !isFullScan)) this.onlyNames.delete(queue);
    return { tasks, isFullScan, isSingleName: name !== undefined };
  }

  /** Only these tasks. */
  claimListed({ queue, owner, leaseSeconds, names }: ClaimRequest, ids: readonly string[]): Promise<ClaimedTask[]> {
    return ids.length === 0
      ? Promise.resolve([])
      : this.engine.query<ClaimedTask>(sql.CLAIM_LISTED, [queue, ids, owner, leaseSeconds, names]);
  }

  /** Dead rows make full scans of the queue slow. */
  isSlow(queue: string): boolean {
    return this.floors.get(queue)?.isActive ?? false;
  }

  /** The next claim considers the tasks of all names. */
  forgetName(queue: string): void {
    this.onlyNames.delete(queue);
  }

  /** Runs beside the tasks of the claim: they are leased already, and their leases must be renewed. */
  private async countDead(floor: ClaimFloor): Promise<void> {
    const rows = await this.engine.query<{ count: number }>(sql.COUNT_DEAD_ROWS, []).catch(() => []);
    floor.counted(rows[0]?.count ?? 0);
  }

  private floorOf(queue: string): ClaimFloor {
    const floor = this.floors.get(queue) ?? new ClaimFloor();
    this.floors.set(queue, floor);
    return floor;
  }

  private onlyNameOf(queue: string, names: readonly string[]): string | undefined {
    const name = this.onlyNames.get(queue);
    return name !== undefined && names.includes(name) ? name : undefined;
  }
}

function lowestOf(tasks: readonly Row[]): number | undefined {
  let lowest: number | undefined;
  for (const { rank } of tasks) if (rank !== undefined && (lowest === undefined || rank < lowest)) lowest = rank;
  return lowest;
}

import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { hostname } from 'node:os';
import { FailureLog } from '../../platform/database/failure-log.ts';
import { executorOf, Pools, type SqlExecutor } from '../../platform/database/pools.ts';
import type { Loop } from '../../platform/lifecycle/loop.ts';
import type { LoopTally } from '../../platform/lifecycle/loop-record.ts';
import { LoopRegistry } from '../../platform/lifecycle/loop-registry.ts';
import { SELECT_PAUSES, STORE_RUNS } from './system-schedule.sql.ts';
import { SYSTEM_SCHEDULES } from './system-schedules.ts';

const NAME = 'system-schedules';
const INTERVAL_MS = 2_000;
/** A row is written so often for each loop, and earlier only when rounds begin to fail or to succeed. */
const REPORT_EVERY_MS = 60_000;
const CHANGE_REPORT_EVERY_MS = 5_000;

type Tally = LoopTally & { readonly intervalMs: number };
interface Pending {
  tally: Tally | null;
  /** Monotonic. */
  reportedAt: number;
  failing: boolean | null;
}

/** In each process with loops: obeys the pauses, and writes what the loops did. */
@Injectable()
export class SystemScheduleSync implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly loop: Loop;
  private readonly sql: SqlExecutor;
  private readonly process = `${hostname()}:${process.pid}`;
  private readonly pending = new Map<string, Pending>();

  constructor(
    pools: Pools,
    private readonly loops: LoopRegistry,
    failures: FailureLog,
  ) {
    this.sql = executorOf(pools.engine);
    const pausable = SYSTEM_SCHEDULES.flatMap(({ name, whilePaused }) => (whilePaused === null ? [] : [name]));
    loops.setPaused(new Set(pausable)); // until the first look: a loop that is paused must not run a round after a restart
    this.loop = loops.create({ name: NAME, intervalMs: INTERVAL_MS, jitter: 0.1, run: () => this.sync(), onError: failures.of(NAME) });
  }

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.loop.stop();
  }

  async sync(): Promise<void> {
    const rows = await this.sql.query<{ name: string }>(SELECT_PAUSES, []);
    this.loops.setPaused(new Set(rows.map(({ name }) => name)));
    await this.report();
  }

  /** Rounds of loops in this process. */
  async store(rows: readonly (Tally & { readonly name: string })[]): Promise<void> {
    await this.sql.query(STORE_RUNS, [this.process, JSON.stringify(rows)]);
  }

  private async report(): Promise<void> {
    const now = performance.now();
    const due = SYSTEM_SCHEDULES.flatMap(({ name }) => {
      const pending = this.collect(name);
      return pending.tally !== null && isDue(pending, pending.tally, now) ? [{ name, pending, tally: pending.tally }] : [];
    });
    if (due.length === 0) return;
    await this.store(due.map(({ name, tally }) => ({ name, ...tally })));
    for (const { pending, tally } of due) Object.assign(pending, { tally: null, reportedAt: now, failing: tally.failures > 0 });
  }

  private collect(name: string): Pending {
    const pending = this.pending.get(name) ?? { tally: null, reportedAt: Number.NEGATIVE_INFINITY, failing: null };
    this.pending.set(name, pending);
    const added = this.loops.takeTally(name);
    if (added !== null) pending.tally = pending.tally === null ? added : sumOf(pending.tally, added);
    return pending;
  }
}

function isDue({ reportedAt, failing }: Pending, { failures }: Tally, now: number): boolean {
  const changed = failing !== null && failing !== failures > 0;
  return now - reportedAt >= (changed ? CHANGE_REPORT_EVERY_MS : REPORT_EVERY_MS);
}

function sumOf(before: Tally, added: Tally): Tally {
  return {
    ...added,
    from: before.from,
    rounds: before.rounds + added.rounds,
    failures: before.failures + added.failures,
    error: added.error ?? before.error,
    longestMs: Math.max(before.longestMs, added.longestMs),
  };
}

import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Pools } from '../../platform/database/pools.ts';
import { Loop } from '../../platform/lifecycle/loop.ts';

const PROBE_EVERY_MS = 2_000;
/** A short outage must not take every replica out of rotation at once: requests bridge it or answer 503 themselves. */
const GRACE_MS = 15_000;

export interface DatabaseState {
  up: boolean;
  /** Of the last good answer, milliseconds. */
  latencyMs: number | null;
  /** Newest migration of the database. */
  migration: string | null;
  lastSuccessAt: string | null;
}

/** Looks at the database in the background, so that probes answer without waiting for it. */
@Injectable()
export class DatabaseProbe implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly loop: Loop;
  private lastSuccess = 0;
  private latencyMs: number | null = null;
  private migration: string | null = null;

  constructor(private readonly pools: Pools) {
    this.loop = new Loop({
      name: 'database-probe',
      intervalMs: PROBE_EVERY_MS,
      jitter: 0.1,
      run: () => this.look(),
      onError: () => undefined,
    });
  }

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.loop.stop();
  }

  state(): DatabaseState {
    const up = this.lastSuccess > 0 && Date.now() - this.lastSuccess < GRACE_MS;
    const lastSuccessAt = this.lastSuccess > 0 ? new Date(this.lastSuccess).toISOString() : null;
    return { up, latencyMs: this.latencyMs, migration: this.migration, lastSuccessAt };
  }

  private async look(): Promise<void> {
    const start = performance.now();
    const { rows } = await this.pools.engine.query<{ name: string }>('SELECT name FROM migrations ORDER BY timestamp DESC LIMIT 1');
    this.latencyMs = Math.round((performance.now() - start) * 10) / 10;
    this.migration = rows[0]?.name ?? null;
    this.lastSuccess = Date.now();
  }
}

import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { PoolClient, QueryConfig } from 'pg';
import { Pools } from '../../platform/database/pools.ts';
import { END_READ_ONLY_SESSION } from '../../platform/database/pooler-client.ts';
import type { Loop } from '../../platform/lifecycle/loop.ts';
import { LoopRegistry } from '../../platform/lifecycle/loop-registry.ts';
import { SELECT_STATE } from './database-probe.sql.ts';
import { problemOf } from './database-problem.ts';
import { type Ask, writeTransaction } from './write-transaction.ts';

const PROBE_EVERY_MS = 2_000;
/** A short outage must not take every replica out of rotation at once: requests wait for its end or answer 503. */
const GRACE_MS = 15_000;
/** Also bounds a commit that waits for a synchronous standby. */
const ANSWER_MS = 5_000;

export interface DatabaseState {
  up: boolean;
  /** Milliseconds of the last successful probe. */
  latencyMs: number | null;
  /** Newest migration of the database. */
  migration: string | null;
  lastSuccessAt: string | null;
  /** Why the last probe failed. */
  message?: string;
}

interface ServerState {
  readOnly: boolean;
  migration: string | null;
}

/** Probes the database in the background, so that health requests are answered without waiting for it. */
@Injectable()
export class DatabaseProbe implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly loop: Loop;
  private lastSuccess = 0;
  private latencyMs: number | null = null;
  private migration: string | null = null;
  private problem: string | undefined;

  constructor(
    private readonly pools: Pools,
    loops: LoopRegistry,
  ) {
    this.loop = loops.create({
      name: 'database-probe',
      intervalMs: PROBE_EVERY_MS,
      jitter: 0.1,
      backsOff: false, // it must notice at once that the database is back
      run: () => this.probe(),
      onError: () => undefined, // `probe` keeps the problem, and the health report shows it
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
    const message = this.problem === undefined ? {} : { message: this.problem };
    return { up, latencyMs: this.latencyMs, migration: this.migration, lastSuccessAt, ...message };
  }

  private async probe(): Promise<void> {
    const start = performance.now();
    try {
      const { readOnly, migration } = await this.readAndWrite();
      this.migration = migration;
      if (readOnly) throw new Error('the database is read-only');
    } catch (error) {
      this.problem = problemOf(error);
      throw error;
    }
    this.problem = undefined;
    this.latencyMs = Math.round((performance.now() - start) * 10) / 10;
    this.lastSuccess = Date.now();
  }

  private async readAndWrite(): Promise<ServerState> {
    const client = await this.pools.engine.connect();
    let reusable = false;
    try {
      const ask: Ask = (text) => client.query({ text, query_timeout: ANSWER_MS } as QueryConfig);
      const state = (await ask<ServerState>(SELECT_STATE)).rows[0] ?? { readOnly: true, migration: null };
      if (state.readOnly) await this.renewSession(client);
      else await writeTransaction(ask);
      reusable = !state.readOnly; // the next probe gets another session, which may be writable
      return state;
    } finally {
      client.release(!reusable);
    }
  }

  /** Closing the connection to a pooler leaves its session at the server as it is. */
  private async renewSession(client: PoolClient): Promise<void> {
    if (!this.pools.keepsSessions) await client.query(END_READ_ONLY_SESSION).catch(() => undefined);
  }
}

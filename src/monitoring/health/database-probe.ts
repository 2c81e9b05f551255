import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { QueryConfig } from 'pg';
import { Pools } from '../../platform/database/pools.ts';
import { Loop } from '../../platform/lifecycle/loop.ts';

const PROBE_EVERY_MS = 2_000;
/** A short outage must not take every replica out of rotation at once: requests wait for its end or answer 503. */
const GRACE_MS = 15_000;
/** Also bounds a commit that waits for a synchronous standby. */
const ANSWER_MS = 5_000;

export interface DatabaseState {
  up: boolean;
  /** Latency of the last successful probe, in milliseconds. */
  latencyMs: number | null;
  /** Newest migration of the database. */
  migration: string | null;
  lastSuccessAt: string | null;
  /** Why the last probe failed. */
  message?: string;
}

interface Look {
  readOnly: boolean;
  migration: string | null;
}

/** On a standby the second statement would fail anyway; this finds the reason. */
const SELECT_STATE = `
  SELECT pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on' AS "readOnly",
         (SELECT name FROM migrations ORDER BY timestamp DESC LIMIT 1) AS migration`;

/**
 * Writes without leaving data: a committed message in the write-ahead log, and about 500 kB of a temporary file, which
 * needs free disk blocks. A small row update succeeds even on a full disk.
 */
const TRY_TO_WRITE = [
  'SET LOCAL work_mem = 64',
  `SELECT pg_logical_emit_message(true, 'contenthub', 'probe'), (SELECT count(*) FROM generate_series(1, 20000))`,
];

/** Probes the database in the background, so that health checks answer without waiting. */
@Injectable()
export class DatabaseProbe implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly loop: Loop;
  private lastSuccess = 0;
  private latencyMs: number | null = null;
  private migration: string | null = null;
  private problem: string | undefined;

  constructor(private readonly pools: Pools) {
    this.loop = new Loop({
      name: 'database-probe',
      intervalMs: PROBE_EVERY_MS,
      jitter: 0.1,
      run: () => this.look(),
      onError: () => undefined, // `look` stores the problem
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

  /** Never throws: a failing loop backs off, and this one must notice at once that the database is back. */
  private async look(): Promise<void> {
    const start = performance.now();
    try {
      const { readOnly, migration } = await this.ask();
      this.migration = migration;
      this.problem = readOnly ? 'the database is read-only' : undefined;
    } catch (error) {
      this.problem = problemOf(error);
    }
    if (this.problem !== undefined) return;
    this.latencyMs = Math.round((performance.now() - start) * 10) / 10;
    this.lastSuccess = Date.now();
  }

  private async ask(): Promise<Look> {
    const client = await this.pools.engine.connect();
    let reusable = false;
    try {
      const query = <Row extends object>(text: string) => client.query<Row>({ text, query_timeout: ANSWER_MS } as QueryConfig);
      const look = (await query<Look>(SELECT_STATE)).rows[0] ?? { readOnly: true, migration: null };
      if (look.readOnly) return look; // the next probe gets a new session, which may be writable
      await query('BEGIN');
      for (const statement of TRY_TO_WRITE) await query(statement);
      await query('COMMIT');
      reusable = true;
      return look;
    } finally {
      client.release(!reusable);
    }
  }
}

function problemOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code.startsWith('53')) return `the database cannot write (${code}: ${error instanceof Error ? error.message : ''})`;
  return code === '' ? 'the database does not answer' : `the database does not answer (${code})`;
}

import { Injectable } from '@nestjs/common';
import { executorOf, Pools, type SqlExecutor } from '../../platform/database/pools.ts';
import { ADMIT_CALL, RECORD_FAILURE, RECORD_SUCCESS } from './circuit-breaker.sql.ts';

/** `probe`: this call decides whether an open circuit closes. */
export type Admission = { readonly kind: 'closed' | 'probe' } | { readonly kind: 'open'; readonly retryInMs: number };

const FAILURES_TO_OPEN = 5;
const OPEN_MS = 60_000;
/** A probe whose process died is given to another worker after this. */
const PROBE_MS = 120_000;

/** One circuit for each provider, shared by all workers and kept over restarts. It opens after five transient failures in a row. */
@Injectable()
export class CircuitBreaker {
  private readonly sql: SqlExecutor;

  constructor(pools: Pools) {
    this.sql = executorOf(pools.api);
  }

  async admit(provider: string): Promise<Admission> {
    const [row] = await this.sql.query<{ probe: boolean; open: boolean; retryInMs: number }>(ADMIT_CALL, [provider, PROBE_MS]);
    if (!row?.open) return { kind: 'closed' };
    return row.probe ? { kind: 'probe' } : { kind: 'open', retryInMs: row.retryInMs };
  }

  async failed(provider: string, admission: Admission): Promise<void> {
    await this.sql.query(RECORD_FAILURE, [provider, FAILURES_TO_OPEN, OPEN_MS, admission.kind === 'probe']);
  }

  async succeeded(provider: string): Promise<void> {
    await this.sql.query(RECORD_SUCCESS, [provider]);
  }
}

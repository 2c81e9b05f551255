import { Injectable } from '@nestjs/common';
import { hash } from 'node:crypto';
import { type FailureSource, signInWaitSeconds } from '../../../core/sign-in/sign-in-wait.ts';
import { executorOf, inTransaction, Pools, type SqlExecutor } from '../../database/pools.ts';
import { ProblemError } from '../../http/problem.ts';
import { addressGroup } from '../address-group.ts';
import { COUNT_FAILURE, FORGET_FAILURES, LOCK_SOURCE, LOCKED_SECONDS, UNCOUNT_FAILURE } from './sign-in-failures.sql.ts';

/** Who tries to sign in, from where. */
export interface SignInAttempt {
  readonly username: string;
  readonly address: string;
}

/** Counts failed sign-ins by username and by address in the database, so that waits hold in all processes and after a restart. */
@Injectable()
export class SignInFailures {
  private readonly sql: SqlExecutor;

  constructor(private readonly pools: Pools) {
    this.sql = executorOf(pools.api);
  }

  /**
   * Counts the attempt as a failure before its password is checked, so that parallel attempts cannot share one count. `forgive` takes
   * it back. An attempt during a wait is not counted. @throws {ProblemError} 429 with Retry-After
   */
  async begin(attempt: SignInAttempt): Promise<void> {
    const sources = sourcesOf(attempt);
    const [locked] = await this.sql.query<{ seconds: number }>(LOCKED_SECONDS, [sources.map(({ source }) => source)]);
    refuseDuring(locked?.seconds ?? 0);
    await inTransaction(this.pools.api, async (tx) => {
      for (const { kind, source } of sources) {
        const [counted] = await tx.query<{ failures: number; lockedSeconds: number }>(COUNT_FAILURE, [source]);
        if (counted === undefined) continue;
        refuseDuring(counted.lockedSeconds); // another attempt was first
        const wait = signInWaitSeconds(kind, counted.failures);
        if (wait > 0) await tx.query(LOCK_SOURCE, [source, wait]);
      }
    });
  }

  /** After a right password. The failures of the address stay: its owner must not erase them with an account of his own. */
  async forgive({ username, address }: SignInAttempt): Promise<void> {
    await this.forget(username);
    await this.sql.query(UNCOUNT_FAILURE, [addressSource(address)]);
  }

  /** For a user who set a new password by a link. */
  async forget(username: string): Promise<void> {
    await this.sql.query(FORGET_FAILURES, [usernameSource(username)]);
  }
}

/** Always in this order, so that two attempts cannot block each other. */
function sourcesOf({ username, address }: SignInAttempt): { kind: FailureSource; source: string }[] {
  return [
    { kind: 'address', source: addressSource(address) },
    { kind: 'username', source: usernameSource(username) },
  ];
}

function addressSource(address: string): string {
  return `address ${addressGroup(address)}`;
}

function usernameSource(username: string): string {
  return `username ${hash('sha256', username.toLowerCase(), 'base64url')}`;
}

function refuseDuring(seconds: number): void {
  if (seconds <= 0) return;
  const wait = Math.ceil(seconds);
  throw new ProblemError(429, 'sign_in_locked', 'Too many sign-ins with this username or from this address have failed.', {
    detail: `Try again in ${wait} s, or ask an administrator for a link that sets a new password.`,
    retryable: true,
    headers: { 'retry-after': String(wait) },
  });
}

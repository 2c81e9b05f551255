import { Injectable } from '@nestjs/common';
import { executorOf, Pools, type SqlExecutor } from '../../database/pools.ts';
import { COUNT_LOCKED } from './sign-in-failures.sql.ts';

export interface SignInLocks {
  readonly usernames: number;
  /** Groups of addresses. */
  readonly addresses: number;
}

/** Reads how many usernames and addresses must wait before they may sign in again. */
@Injectable()
export class SignInLockReader {
  private readonly sql: SqlExecutor;

  constructor(pools: Pools) {
    this.sql = executorOf(pools.api);
  }

  async counts(): Promise<SignInLocks> {
    const [row] = await this.sql.query<SignInLocks>(COUNT_LOCKED, []);
    return row ?? { usernames: 0, addresses: 0 };
  }
}

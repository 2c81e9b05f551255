import { Injectable } from '@nestjs/common';
import { executorOf, inTransaction, Pools, type SqlExecutor, type TransactionClient } from '../../database/pools.ts';
import type { TokenDigest } from '../token.ts';
import { CODE_LIFE_S, CODE_TOKEN, type IssuedLink, LINK_LIFE_S, LINK_TOKEN, type LinkPurpose } from './sign-in-link.ts';
import { FIND_LINK, INSERT_LINK, USE_LINK, VOID_LINKS } from './sign-in-link.sql.ts';

/** Links that set a password and codes that sign in. Using one deletes its row. */
@Injectable()
export class SignInLinkStore {
  private readonly sql: SqlExecutor;

  constructor(private readonly pools: Pools) {
    this.sql = executorOf(pools.api);
  }

  /** Earlier links of the user become void. */
  issueLink(userId: string, purpose: LinkPurpose): Promise<IssuedLink> {
    const token = LINK_TOKEN.generate();
    const { hash } = LINK_TOKEN.parse(token) as TokenDigest;
    return inTransaction(this.pools.api, async (tx) => {
      await tx.query(VOID_LINKS, [userId]);
      return { token, expiresAt: await insert(tx, hash, purpose, userId, LINK_LIFE_S) };
    });
  }

  async issueCode(): Promise<IssuedLink> {
    const token = CODE_TOKEN.generate();
    const { hash } = CODE_TOKEN.parse(token) as TokenDigest;
    return { token, expiresAt: await insert(this.sql, hash, 'start', null, CODE_LIFE_S) };
  }

  /** The user of a link; undefined when it is unknown, used or expired, or its user is disabled. */
  async userOf({ hash }: TokenDigest): Promise<{ id: string; username: string } | undefined> {
    return (await this.sql.query<{ id: string; username: string }>(FIND_LINK, [hash]))[0];
  }

  /** True for the first use of a link, in the transaction that sets the password. */
  async useLink(tx: TransactionClient, { hash }: TokenDigest): Promise<boolean> {
    return (await tx.query(USE_LINK, [hash, false])).length > 0;
  }

  /** True for the first use of a code. */
  async useCode({ hash }: TokenDigest): Promise<boolean> {
    return (await this.sql.query(USE_LINK, [hash, true])).length > 0;
  }
}

async function insert(sql: SqlExecutor, hash: Buffer, purpose: string, userId: string | null, seconds: number): Promise<Date> {
  const [row] = await sql.query<{ expiresAt: Date }>(INSERT_LINK, [hash, purpose, userId, seconds]);
  if (row === undefined) throw new Error('a link was not stored');
  return row.expiresAt;
}

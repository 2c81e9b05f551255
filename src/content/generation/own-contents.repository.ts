import { Injectable } from '@nestjs/common';
import { isForReaders } from '../../core/review/for-readers.ts';
import type { OwnContent, OwnContents, OwnContentsWindow } from '../../creators/creator.ts';
import { executorOf, Pools, type SqlExecutor } from '../../platform/database/pools.ts';
import { CONTENT_KINDS } from '../contents/content.entity.ts';
import { SELECT_OWN_CONTENTS, SELECT_ROUND_UP, SELECT_WINDOW } from './own-contents.sql.ts';

interface WindowRow {
  from: string;
  to: string;
  isOpen: boolean;
  starts: Date;
  ends: Date;
}

const READER_KINDS = CONTENT_KINDS.filter(isForReaders);
/** More than ten a day in the longest window would be no article. */
const MAX_CONTENTS = 1_000;

/** What an account has approved, for a round-up. */
@Injectable()
export class OwnContentsRepository {
  private readonly sql: SqlExecutor;

  constructor(pools: Pools) {
    this.sql = executorOf(pools.api);
  }

  async inWindow(accountId: string, { days, until }: OwnContentsWindow): Promise<OwnContents> {
    const [window] = await this.sql.query<WindowRow>(SELECT_WINDOW, [accountId, days, until]);
    if (window === undefined) throw new Error(`There is no account ${accountId}.`);
    const { from, to, isOpen, starts, ends } = window;
    const contents = await this.sql.query<OwnContent>(SELECT_OWN_CONTENTS, [accountId, starts, ends, READER_KINDS, MAX_CONTENTS]);
    return { from, to, isOpen, contents };
  }

  /** The round-up with these inputs; null when there is none. */
  async findRoundUp(accountId: string, inputsHash: string): Promise<string | null> {
    const [row] = await this.sql.query<{ id: string }>(SELECT_ROUND_UP, [accountId, inputsHash]);
    return row?.id ?? null;
  }
}

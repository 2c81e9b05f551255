import type { SqlExecutor } from '../../platform/database/pools.ts';
import { intervalDaysOf } from '../../core/topics/cadence.ts';
import type { AccountSection } from '../accounts/account.entity.ts';
import { SELECT_SECTION_TIMES } from './section-times.sql.ts';

interface AccountSections {
  readonly accountId: string;
  readonly sections: readonly AccountSection[];
}

/** When a text of each section with a cadence was last begun: by account, then by code. */
export async function lastTimesOf(
  accounts: readonly AccountSections[],
  sql: SqlExecutor,
): Promise<ReadonlyMap<string, ReadonlyMap<string, Date>>> {
  const wanted = accounts.flatMap(({ accountId, sections }) =>
    sections.filter((section) => intervalDaysOf(section) !== null).map(({ code }) => ({ accountId, code })),
  );
  const times = new Map<string, Map<string, Date>>(accounts.map(({ accountId }) => [accountId, new Map()]));
  if (wanted.length === 0) return times;
  const values = [wanted.map(({ accountId }) => accountId), wanted.map(({ code }) => code)];
  for (const { accountId, section, at } of await sql.query<{ accountId: string; section: string; at: Date }>(SELECT_SECTION_TIMES, values))
    times.get(accountId)?.set(section, at);
  return times;
}

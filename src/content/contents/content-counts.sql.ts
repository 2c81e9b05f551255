import { type CountedRows, inOneIndex, MAX_EXAMINED } from '../../platform/database/bounded-counts.ts';
import type { AccountLimit } from '../accounts/account.service.ts';
import type { Content } from './content.entity.ts';

export interface ContentCountFilter {
  readonly accountId?: string;
  /** Only contents of these accounts; null for all. */
  readonly within: AccountLimit;
  readonly kinds?: readonly Content['kind'][];
}

const LIMIT = MAX_EXAMINED + 1;

/** Appends the values to `values`. */
export function countedContents({ accountId, within, kinds }: ContentCountFilter, values: unknown[]): CountedRows {
  const accounts = accountId === undefined ? within : [accountId];
  const ofKind = kinds === undefined ? [] : [`t.kind = ANY ($${values.push(kinds)}::text[])`];
  if (accounts === null) {
    return {
      first: { from: `(SELECT * FROM contents t ORDER BY t.id DESC LIMIT ${LIMIT}) t`, conditions: ofKind },
      range: [],
      conditions: ofKind,
      examined: MAX_EXAMINED,
    };
  }
  const list = `$${values.push(accounts)}::uuid[]`;
  const ids = `SELECT t.id FROM contents t WHERE ${inOneIndex('t.account_id', 'one.value', []).join('')} ORDER BY t.account_id DESC, t.id DESC LIMIT ${LIMIT}`;
  const from = `(SELECT t.* FROM unnest(${list}) AS one (value) CROSS JOIN LATERAL (${ids}) picked
    CROSS JOIN LATERAL (SELECT * FROM contents WHERE contents.id = picked.id OFFSET 0) t) t`;
  return {
    first: { from, conditions: ofKind },
    range: [],
    conditions: [`t.account_id = ANY (${list})`, ...ofKind],
    examined: MAX_EXAMINED,
  };
}

import { type CountedRows, MAX_EXAMINED } from '../../platform/database/bounded-counts.ts';
import { conditionsOf } from '../task-criteria.ts';
import { ledTasks, type RangedCriteria } from '../task-lead.sql.ts';

export type CountFilter = Omit<RangedCriteria, 'statuses'>;

/** Rows of each status that are compared with further conditions, by their ids. */
const MAX_COMPARED = 1_000;

/** Appends the values to `values`. */
export function countedTasks(filter: CountFilter, values: unknown[]): CountedRows {
  const { from, range, conditions } = ledTasks(filter, MAX_EXAMINED + 1, values);
  const { fromId: _from, beforeId: _before, idRange: _range, ...criteria } = filter;
  const all = conditionsOf(criteria, values);
  return { first: { from, conditions }, range, conditions: all, examined: all.length === 0 ? MAX_EXAMINED : MAX_COMPARED };
}

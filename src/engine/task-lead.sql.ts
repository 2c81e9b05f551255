import type { TaskStatus } from '../core/task/states.ts';
import type { IdWindow } from '../core/task/id-window.ts';
import { type IdBound, inOneIndex, ofId } from '../platform/database/bounded-counts.ts';
import { conditionsOf, type TaskCriteria } from './task-criteria.ts';
import { hasStatus } from './task-status.sql.ts';

export interface RangedCriteria extends TaskCriteria, IdWindow {}

/** The newest tasks that the lead selects, and what is left to compare. */
export interface LedTasks {
  /** A FROM item with the alias `t` and all columns: at most `limit` rows for each value of the lead. */
  readonly from: string;
  readonly range: readonly IdBound[];
  /** Conditions on `t`: those that the lead leaves. */
  readonly conditions: readonly string[];
}

/** Criteria that have an index, the most selective first. */
const LEADS = {
  batchId: 't.parent_id',
  accountId: 't.account_id',
  errorCode: `(t.error ->> 'code')`,
  names: 't.name',
};
const TYPES: Record<string, string> = { batchId: 'uuid', accountId: 'uuid' };
type Lead = keyof typeof LEADS;

/**
 * The first criterion with an index is the lead: the newest tasks that it selects are read whatever else is asked for, so that the
 * number of rows is bounded.
 */
export function ledTasks({ fromId, beforeId, idRange, ...criteria }: RangedCriteria, limit: number, values: unknown[]): LedTasks {
  const bounds: [IdBound['operator'], string | undefined][] = [
    ['>=', fromId],
    ['<', beforeId],
    ['>=', idRange?.[0]],
    ['<=', idRange?.[1]],
  ];
  const range = bounds.flatMap(([operator, id]) => (id === undefined ? [] : [{ operator, id: `$${values.push(id)}::uuid` }]));
  const { finishedSince, finishedUntil, scope, statuses, ...rest } = criteria;
  const lead = (Object.keys(LEADS) as Lead[]).find((name) => criteria[name] !== undefined);
  const led = (from: string, others: TaskCriteria): LedTasks => ({ from, range, conditions: conditionsOf(others, values) });
  if (lead !== undefined) {
    const { [lead]: value, ...others } = criteria;
    return led(byIds(newestOf(lead, `$${values.push([value].flat())}`, range, limit)), others);
  }
  if (finishedSince !== undefined || finishedUntil !== undefined) {
    const ended = ['t.terminal_at IS NOT NULL', ...conditionsOf({ finishedSince, finishedUntil }, values)];
    const { conditions } = led('', { ...rest, statuses, scope });
    return {
      from: `(${newest('*', ended, 't.terminal_at DESC, t.id DESC', limit)}) t`,
      range,
      conditions: [...range.map(ofId), ...conditions],
    };
  }
  if (statuses !== undefined) return led(byIds(ofStatuses(statuses, range, limit)), { ...rest, scope });
  return led(`(${newest('*', range.map(ofId), 't.id DESC', limit)}) t`, { ...rest, scope });
}

/** OFFSET 0: each row by its id, whatever number of them the planner expects. */
function byIds(ids: string): string {
  return `(SELECT t.* FROM (${ids}) picked CROSS JOIN LATERAL (SELECT * FROM tasks WHERE tasks.id = picked.id OFFSET 0) t) t`;
}

function newestOf(lead: Lead, list: string, range: readonly IdBound[], limit: number): string {
  const partial = lead === 'errorCode' ? ['t.error IS NOT NULL'] : [];
  const own = newestIds(LEADS[lead], 'one.value', range, limit, partial);
  return `SELECT part.id FROM unnest(${list}::${TYPES[lead] ?? 'text'}[]) AS one (value)
    CROSS JOIN LATERAL (${own}) part ORDER BY part.id DESC LIMIT ${limit}`;
}

function ofStatuses(statuses: readonly TaskStatus[], range: readonly IdBound[], limit: number): string {
  const parts = statuses.map((status) => `(${newest('t.id', [hasStatus(status, 't'), ...range.map(ofId)], 't.id DESC', limit)})`);
  return parts.length === 0
    ? 'SELECT id FROM tasks WHERE false'
    : `SELECT id FROM (${parts.join(' UNION ALL ')}) one ORDER BY id DESC LIMIT ${limit}`;
}

function newestIds(column: string, value: string, range: readonly IdBound[], limit: number, more: readonly string[] = []): string {
  return newest('t.id', [...inOneIndex(column, value, range), ...more], `${column} DESC, t.id DESC`, limit);
}

function newest(columns: string, conditions: readonly string[], order: string, limit: number): string {
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
  return `SELECT ${columns} FROM tasks t ${where} ORDER BY ${order} LIMIT ${limit}`;
}

import { manyOf, present, type RawSearch, textOf, wordsOf } from '../../app/search-params.ts';

export const OPEN_STATUSES = ['running', 'pending', 'submitted'] as const;
export const ENDED_STATUSES = ['completed', 'failed', 'timeout', 'cancelled'] as const;
/** In the order of the chips. */
export const STATUSES = ['pending', 'submitted', 'running', ...ENDED_STATUSES] as const;
export type Status = (typeof STATUSES)[number];

export const PERIODS = { '15m': 900_000, '1h': 3_600_000, '24h': 86_400_000, '7d': 604_800_000 } as const;
export type Period = keyof typeof PERIODS;
const DEFAULT_PERIOD: Period = '24h';

/** Everything that the reader chose is in the address, with the names of the API. */
export interface ExecutionsSearch {
  status?: Status[];
  taskName?: string[];
  queue?: string[];
  batchId?: string;
  /** A period up to now, or a time, which `until` then ends. */
  since?: string;
  until?: string;
  /** The saved view that the reader opened. */
  view?: string;
  sel?: string;
}

export function executionsSearch(raw: RawSearch): ExecutionsSearch {
  return present({
    status: wordsOf(raw.status, STATUSES),
    taskName: manyOf(raw.taskName),
    queue: manyOf(raw.queue),
    batchId: textOf(raw.batchId),
    since: timeOf(raw.since) ?? periodIn(raw.since),
    until: timeOf(raw.until),
    view: textOf(raw.view),
    sel: textOf(raw.sel),
  }) as ExecutionsSearch;
}

function timeOf(raw: unknown): string | undefined {
  const text = textOf(raw);
  return text !== undefined && /^\d{4}-/.test(text) && !Number.isNaN(Date.parse(text)) ? text : undefined;
}

function periodIn(raw: unknown): Period | undefined {
  const text = textOf(raw);
  return text !== undefined && text in PERIODS ? (text as Period) : undefined;
}

export const periodOf = ({ since }: ExecutionsSearch): Period => periodIn(since) ?? DEFAULT_PERIOD;

export interface TimeWindow {
  readonly from: number;
  readonly to: number;
  /** Chosen in the chart: it does not move with the time. */
  readonly fixed: boolean;
}

export function windowOf(search: ExecutionsSearch, now: number): TimeWindow {
  const since = timeOf(search.since);
  if (since !== undefined) return { from: Date.parse(since), to: search.until === undefined ? now : Date.parse(search.until), fixed: true };
  return { from: now - PERIODS[periodOf(search)], to: now, fixed: false };
}

/** A condition of the address, shown as a token that can be removed. */
export interface Token {
  readonly key: string;
  readonly name: 'status' | 'task' | 'queue' | 'batch';
  readonly value: string;
}

const FIELDS = { status: 'status', task: 'taskName', queue: 'queue' } as const;

export function tokensOf(search: ExecutionsSearch): Token[] {
  const many = (name: keyof typeof FIELDS): Token[] =>
    (search[FIELDS[name]] ?? []).map((value) => ({ key: `${name}:${value}`, name, value }));
  const batch: Token[] =
    search.batchId === undefined ? [] : [{ key: `batch:${search.batchId}`, name: 'batch', value: search.batchId.slice(-8) }];
  return [...many('status'), ...many('task'), ...many('queue'), ...batch];
}

export function withoutToken(search: ExecutionsSearch, { name, value }: Token): ExecutionsSearch {
  if (name === 'batch') return executionsSearch({ ...search, batchId: undefined });
  const field = FIELDS[name];
  return executionsSearch({ ...search, [field]: (search[field] as string[] | undefined)?.filter((one) => one !== value) });
}

/** Adds `status:failed`, `task:name` or `queue:name`. Anything else leaves the search unchanged. */
export function withToken(search: ExecutionsSearch, token: string): ExecutionsSearch {
  const [name = '', ...rest] = token.split(':');
  const value = rest.join(':').trim();
  if (!(name in FIELDS) || value === '') return search;
  const field = FIELDS[name as keyof typeof FIELDS];
  return executionsSearch({ ...search, [field]: [...new Set([...(search[field] ?? []), value])] });
}

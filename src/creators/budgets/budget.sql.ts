import { WAITS_AT_ONCE, WARNINGS_AT_ONCE } from './budget-limits.ts';

const COLUMNS = `id, name, account_id AS "accountId", provider, period, time_zone AS "timeZone", amount_micros::float8 AS "amountMicros", currency,
  warn_percent AS "warnPercent", enabled, version, created_at AS "createdAt", updated_at AS "updatedAt"`;

const COVERING = '(account_id IS NULL OR account_id = $1) AND (provider IS NULL OR provider = $2)';

/** $1 account, $2 provider: the enabled budgets that cover a call. */
export const SELECT_COVERING = `SELECT ${COLUMNS} FROM budgets WHERE enabled AND ${COVERING} ORDER BY id`;

/**
 * $1 account, $2 provider: all budgets that cover a call. The locks make reservations wait for each other, so that each counts all
 * before it. Disabled budgets are locked too, because the ledger's trigger locks them in the same order.
 */
export const LOCK_COVERING = `SELECT ${COLUMNS} FROM budgets WHERE ${COVERING} ORDER BY id FOR NO KEY UPDATE`;

/** The lock that an INSERT takes. Every writer has it before it locks budgets, so that it never waits for BLOCK_LEDGER_WRITES with budgets locked. */
export const LOCK_LEDGER_FOR_WRITE = 'LOCK TABLE creator_usage IN ROW EXCLUSIVE MODE';

/** Waits for the transactions that write the ledger, so that all later ones see a new budget and change its counters. */
export const BLOCK_LEDGER_WRITES = 'LOCK TABLE creator_usage IN SHARE MODE';

export const SELECT_CLOCK = `SELECT app_clock() AS now`;

/** $1 accounts, or NULL for all budgets. */
export const SELECT_BUDGETS = `SELECT ${COLUMNS} FROM budgets WHERE $1::uuid[] IS NULL OR account_id = ANY ($1) ORDER BY name, id`;

/** $1 id. */
export const SELECT_BUDGET = `SELECT ${COLUMNS} FROM budgets WHERE id = $1`;

/** $1 id, $2 name, $3 account, $4 provider, $5 period, $6 time zone, $7 amount, $8 currency, $9 warning, $10 enabled. */
export const INSERT_BUDGET = `
  INSERT INTO budgets (id, name, account_id, provider, period, time_zone, amount_micros, currency, warn_percent, enabled)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING ${COLUMNS}`;

/** $1 id, $2 version that was read, $3 name, $4 period, $5 time zone, $6 amount, $7 warning, $8 enabled. */
export const UPDATE_BUDGET = `
  UPDATE budgets SET name = $3, period = $4, time_zone = $5, amount_micros = $6, warn_percent = $7, enabled = $8, version = version + 1, updated_at = app_clock()
  WHERE id = $1 AND version = $2 RETURNING ${COLUMNS}`;

/** $1 id. */
export const DELETE_BUDGET = `DELETE FROM budgets WHERE id = $1 RETURNING id`;

const WINDOWS = `json_to_recordset($1::json) AS w (id uuid, "accountId" uuid, provider text, currency text, start timestamptz, "end" timestamptz)`;
const SUMMED = `${WINDOWS}
  LEFT JOIN creator_usage u ON u.created_at >= w.start AND u.created_at < w."end"
    AND (w."accountId" IS NULL OR u.account_id = w."accountId") AND (w.provider IS NULL OR u.provider = w.provider)`;
/** As count_creator_usage() of the migrations adds them up. */
const SPENT = `coalesce(sum(u.cost) FILTER (WHERE u.currency = w.currency AND u.state <> 'reserved'), 0)`;
const RESERVED = `coalesce(sum(u.cost) FILTER (WHERE u.currency = w.currency AND u.state = 'reserved'), 0)`;
const UNPRICED = `count(u.state) FILTER (WHERE (u.cost IS NULL OR u.currency IS DISTINCT FROM w.currency) AND u.state <> 'released')::int`;
const MICROS = (sum: string): string => `ceil(${sum} * 1000000)::float8`;
const COUNTER_COLUMNS = `budget_id AS id, ${MICROS('spent')} AS "spentMicros", ${MICROS('reserved')} AS "reservedMicros", unpriced_calls AS "uncountedCalls"`;

/** $1 windows {id, accountId, provider, currency, start, end}: those with a counter. */
export const SELECT_COUNTERS = `
  SELECT ${COUNTER_COLUMNS} FROM ${WINDOWS} JOIN budget_counters c ON c.budget_id = w.id AND c.window_start = w.start AND c.window_end = w."end"`;

/** $1 windows without a counter: the sums of the ledger. */
export const SELECT_SPENT = `
  SELECT w.id, ${MICROS(SPENT)} AS "spentMicros", ${MICROS(RESERVED)} AS "reservedMicros", ${UNPRICED} AS "uncountedCalls"
  FROM ${SUMMED} GROUP BY w.id`;

/**
 * $1 windows without a counter, whose budgets the transaction has locked. Counts the ledger once; its trigger counts from then on.
 * Counters of windows that ended a day ago are deleted: nothing reads them.
 */
export const CREATE_COUNTERS = `
  WITH ended AS (DELETE FROM budget_counters c USING ${WINDOWS} WHERE c.budget_id = w.id AND c.window_end <= w.start - interval '1 day')
  INSERT INTO budget_counters (budget_id, window_start, window_end, spent, reserved, unpriced_calls)
  SELECT w.id, w.start, w."end", ${SPENT}, ${RESERVED}, ${UNPRICED}
  FROM ${SUMMED} GROUP BY w.id, w.start, w."end"
  RETURNING ${COUNTER_COLUMNS}`;

/** $1 rows {id, start, end, spentMicros, amountMicros}. A window has one warning, also when several processes find it. */
export const INSERT_WARNINGS = `
  INSERT INTO budget_warnings (budget_id, window_start, window_end, spent_micros, amount_micros)
  SELECT id, start, "end", "spentMicros", "amountMicros"
  FROM json_to_recordset($1::json) AS w (id uuid, start timestamptz, "end" timestamptz, "spentMicros" bigint, "amountMicros" bigint)
  ON CONFLICT DO NOTHING`;

/** Warnings without an event. */
export const TAKE_WARNINGS = `
  WITH due AS MATERIALIZED (
    SELECT budget_id, window_start FROM budget_warnings WHERE reported_at IS NULL ORDER BY window_start LIMIT ${WARNINGS_AT_ONCE} FOR NO KEY UPDATE SKIP LOCKED)
  UPDATE budget_warnings w SET reported_at = app_clock()
  FROM due JOIN budgets b ON b.id = due.budget_id WHERE w.budget_id = due.budget_id AND w.window_start = due.window_start
  RETURNING b.id AS "budgetId", b.name, b.account_id AS "accountId", b.provider, b.period, b.currency, b.warn_percent AS "warnPercent",
            w.spent_micros::float8 AS "spentMicros", w.amount_micros::float8 AS "amountMicros", w.window_start AS "windowStart", w.window_end AS "windowEnd"`;

/** $1 task, $2 budget, $3 its version. */
export const RECORD_WAIT = `
  INSERT INTO budget_waits (task_id, budget_id, budget_version) SELECT $1::uuid, id, $3::integer FROM budgets WHERE id = $2
  ON CONFLICT (task_id) DO UPDATE SET budget_id = EXCLUDED.budget_id, budget_version = EXCLUDED.budget_version`;

/** $1 task. */
export const SELECT_WAIT = `SELECT budget_id AS "budgetId" FROM budget_waits WHERE task_id = $1 AND budget_id IS NOT NULL`;

/** The tasks whose budget was changed or deleted since it refused their call, after $1. */
export const SELECT_CHANGED_WAITS = `
  SELECT w.task_id AS id FROM budget_waits w LEFT JOIN budgets b ON b.id = w.budget_id
  WHERE b.version IS DISTINCT FROM w.budget_version AND w.task_id > $1::uuid ORDER BY w.task_id LIMIT ${WAITS_AT_ONCE}`;

/** $1 tasks. */
export const DELETE_WAITS = `DELETE FROM budget_waits WHERE task_id = ANY ($1::uuid[])`;

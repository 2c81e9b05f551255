import pg from 'pg';

/** One end of a range of ids; `id`: a parameter. */
export interface IdBound {
  readonly operator: '>=' | '<' | '<=';
  readonly id: string;
}

export function ofId({ operator, id }: IdBound): string {
  return `t.id ${operator} ${id}`;
}

/**
 * Conditions on `t` that only an index of the column and `id` answers, when the rows are sorted by both. For an equality, or a range
 * of ids alone, the planner may read the primary key instead, past any number of rows with other values.
 */
export function inOneIndex(column: string, value: string, range: readonly IdBound[]): string[] {
  return [`${column} = ANY (ARRAY[${value}])`, ...range.map(({ operator, id }) => `(${column}, t.id) ${operator} (${value}, ${id})`)];
}

/** A table whose rows are counted by status. Its ids are sorted by time. */
export interface CountedTable {
  readonly name: string;
  readonly statusColumn: string;
  /** The condition of the partial index of a status, for rows `t`. Without it, the table has an index of its status and `id`. */
  readonly hasStatus?: (status: string, table: string) => string;
}

export interface CountedRows {
  /** The first look: at most MAX_EXAMINED + 1 rows, as a FROM item with the alias `t`, and conditions on them. */
  readonly first: { readonly from: string; readonly conditions: readonly string[] };
  readonly range: readonly IdBound[];
  /** All other conditions on `t`. */
  readonly conditions: readonly string[];
  /** Rows of each status that the second look examines. */
  readonly examined: number;
}

/** Rows of a look. */
export const MAX_EXAMINED = 10_000;

/**
 * One row for each status. The first look is exact when it has at most MAX_EXAMINED rows (`complete`). Otherwise each status
 * is looked through by itself, as far as `examined` rows. The number of rows that are read depends on the number of statuses alone.
 */
export function countByStatus(table: CountedTable, statuses: readonly string[], counted: CountedRows): string {
  const { name, statusColumn } = table;
  const { first } = counted;
  const own = all(first.conditions);
  return `
  WITH own AS MATERIALIZED (SELECT t.${statusColumn} AS status, ${own} AS matches FROM ${first.from} LIMIT ${MAX_EXAMINED + 1}),
  look AS (SELECT count(*) <= ${MAX_EXAMINED} AS complete FROM own),
  counted AS (SELECT status, count(*)::int AS matched FROM own WHERE matches GROUP BY 1),
  facts AS (
    SELECT c.reltuples::float8 AS total, s.most_common_vals::text::text[] AS vals, s.most_common_freqs AS freqs
    FROM pg_class c LEFT JOIN pg_stats s ON s.schemaname = current_schema() AND s.tablename = '${name}' AND s.attname = '${statusColumn}'
    WHERE c.oid = '${name}'::regclass)
  SELECT seen.status, look.complete OR seen.examined <= ${counted.examined} AS exact,
         CASE WHEN look.complete THEN coalesce(counted.matched, 0) ELSE seen.matched END AS matched,
         coalesce(counted.matched, 0) AS "atLeast", seen.examined, seen.newest, seen.oldest,
         round(greatest(coalesce(facts.total * facts.freqs[array_position(facts.vals, seen.status)], 0), 0))::float8 AS total
  FROM look CROSS JOIN facts CROSS JOIN LATERAL (${statuses.map((status) => lookThrough(table, status, counted)).join(' UNION ALL ')}) seen
  LEFT JOIN counted ON counted.status = seen.status`;
}

/** The second look at one status. */
function lookThrough(
  { name, statusColumn, hasStatus }: CountedTable,
  status: string,
  { range, conditions, examined }: CountedRows,
): string {
  const value = pg.escapeLiteral(status);
  const column = `t.${statusColumn}`;
  const own = hasStatus === undefined ? inOneIndex(column, value, range) : [hasStatus(status, 't'), ...range.map(ofId)];
  const order = hasStatus === undefined ? `${column} DESC, t.id DESC` : 't.id DESC';
  const ids = `SELECT t.id FROM ${name} t WHERE ${['NOT look.complete', ...own].join(' AND ')} ORDER BY ${order} LIMIT ${examined + 1}`;
  // OFFSET 0: each row by its id, whatever number of them the planner expects.
  const compared = `SELECT picked.id, ${all(conditions)} AS matches FROM (${ids}) picked
          CROSS JOIN LATERAL (SELECT * FROM ${name} WHERE ${name}.id = picked.id OFFSET 0) t`;
  return `
    (SELECT ${value}::text AS status, count(*)::int AS examined, count(*) FILTER (WHERE page.matches)::int AS matched,
            (array_agg(page.id))[1] AS newest, (array_agg(page.id))[count(*)] AS oldest
     FROM (${conditions.length === 0 ? `SELECT id, true AS matches FROM (${ids}) picked` : compared}) page)`;
}

function all(conditions: readonly string[]): string {
  return conditions.length === 0 ? 'true' : `coalesce(${conditions.join(' AND ')}, false)`;
}

export interface StatusCountRow {
  readonly status: string;
  /** All rows of the status were examined. */
  readonly exact: boolean;
  readonly matched: number;
  /** Matching rows of the first look. */
  readonly atLeast: number;
  readonly examined: number;
  readonly newest: string | null;
  readonly oldest: string | null;
  /** Rows of the status in the table, by the statistics of the planner. */
  readonly total: number;
}

/** Which tasks a claim may take. `$1` is the queue in each of these. */

/** Ready, not quarantined, without a group. */
export const READY_UNGROUPED = `status = 'submitted' AND crash_count = 0 AND dispatch_group IS NULL AND queue = $1`;
/** The same from a rank on, $6 in epoch seconds; see core/dispatch/claim-floor.ts. */
export const READY_FROM_RANK = `${READY_UNGROUPED} AND rank >= to_timestamp($6)`;
/** Ready, not quarantined, of a group. */
export const READY_GROUPED = `status = 'submitted' AND crash_count = 0 AND dispatch_group IS NOT NULL AND queue = $1`;

/** The array is read once for a statement; nearly always it is empty. */
export const NOT_PAUSED = 'name <> ALL (ARRAY(SELECT name FROM paused_definitions))';
/** Not a condition on each row, or a claim would read the backlog of a paused queue. */
export const QUEUE_RUNS = 'NOT EXISTS (SELECT FROM queues WHERE name = $1 AND paused_at IS NOT NULL)';

/** The whole order of the index. By the name alone PostgreSQL may read the index by name, which has every finished task. */
const orderOf = (ready: string): string => (ready === READY_GROUPED ? 'name, dispatch_group, rank, id' : 'name, rank, id');

/**
 * $5 is the only name in `ungrouped`, and no ready task is in a group: three index probes, at both sides of the name and in the other
 * index.
 */
export const noOtherName = (
  ungrouped: string,
): string => `(SELECT name FROM tasks WHERE ${ungrouped} AND name < $5 ORDER BY ${orderOf(ungrouped)} LIMIT 1) IS NULL
    AND (SELECT name FROM tasks WHERE ${ungrouped} AND name > $5 ORDER BY ${orderOf(ungrouped)} LIMIT 1) IS NULL
    AND (SELECT name FROM tasks WHERE ${READY_GROUPED} ORDER BY ${orderOf(READY_GROUPED)} LIMIT 1) IS NULL`;

/** Two queries of WITH RECURSIVE: the names of the tasks that are ready, found with one index probe each, and `cte`, a choice of them. */
function waitingNames(cte: string, ready: string, choice: string): string {
  const order = orderOf(ready);
  return `
  ${cte}_waiting (name) AS (
    (SELECT name FROM tasks WHERE ${ready} ORDER BY ${order} LIMIT 1)
    UNION ALL
    SELECT (SELECT name FROM tasks WHERE ${ready} AND name > w.name ORDER BY ${order} LIMIT 1) FROM ${cte}_waiting w WHERE w.name IS NOT NULL),
  ${cte} AS MATERIALIZED (SELECT name FROM ${cte}_waiting WHERE ${choice})`;
}

/**
 * The names in `ready` that may start: the claimer has their definition, and neither they nor the queue are paused. The backlog
 * of another name costs one index probe, however many tasks it holds. `names`: the parameter with the names of the claimer.
 */
export const runnableNames = (cte: string, ready: string, names: string): string =>
  waitingNames(cte, ready, `name = ANY (ARRAY(SELECT unnest(${names}::text[]))) AND ${NOT_PAUSED} AND ${QUEUE_RUNS}`);

/** All names in `ready`. */
export const readyNames = (cte: string, ready: string): string => waitingNames(cte, ready, 'name IS NOT NULL');

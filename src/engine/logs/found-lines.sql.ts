/** The lines of one task that match. */
const FOUND = `
  FROM task_logs WHERE task_id = $1 AND ($2::text[] IS NULL OR level = ANY ($2)) AND ($3::text IS NULL OR message ILIKE $3)`;

/** $1 task, $2 levels or null, $3 pattern of LIKE or null. How many lines match. */
export const COUNT_FOUND_LINES = `SELECT count(*)::int AS count ${FOUND}`;

/**
 * As COUNT_FOUND_LINES, and $4 after this seq, $5 before this seq or null, $6 lines, $7 bytes: in the direction, within both limits,
 * but at least one. `more`: further lines match in this direction.
 */
export function selectFoundLines(direction: 'ASC' | 'DESC'): string {
  return `
  SELECT $1::uuid AS "taskId", l.seq, l.attempt, l.at, l.level, l.message, l.data, l.more
  FROM (
    SELECT *, row_number() OVER page AS nth, lead(seq) OVER page IS NOT NULL AS more, sum(bytes) OVER page - bytes AS "bytesBefore"
    FROM (SELECT *, octet_length(message) + coalesce(octet_length(data::text), 0) AS bytes
          ${FOUND} AND seq > $4 AND ($5::int IS NULL OR seq < $5) ORDER BY seq ${direction} LIMIT $6::int + 1) line
    WINDOW page AS (ORDER BY seq ${direction})) l
  WHERE l.nth <= $6 AND l."bytesBefore" < $7::int
  ORDER BY l.seq ${direction}`;
}

import pg from 'pg';

/**
 * Tasks of one status, found by its partial index: a constant, because no partial index is used for a parameter. The index by id of
 * submitted tasks demands `terminal_at IS NULL` too; claims leave it out, so that PostgreSQL never reads this index for them
 * (docs/adr/0078-index-of-submitted-tasks.md). `table`: alias of `tasks`.
 */
export function hasStatus(status: string, table = 'tasks'): string {
  const own = `${table}.status = ${pg.escapeLiteral(status)}`;
  return status === 'submitted' ? `(${own} AND ${table}.terminal_at IS NULL)` : own;
}

interface PlanNode {
  'Actual Rows': number;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Index Recheck'?: number;
  Plans?: PlanNode[];
}

type Sql = <Row extends object>(text: string, values?: unknown[]) => Promise<Row[]>;

/** The most rows that a part of the statement's plan met. What the statement did is rolled back. */
export async function rowsRead(sql: Sql, statement: string, values: unknown[]): Promise<number> {
  await sql('BEGIN');
  const [row] = await sql<{ 'QUERY PLAN': { Plan: PlanNode }[] }>(`EXPLAIN (ANALYZE, FORMAT JSON) ${statement}`, values);
  await sql('ROLLBACK');
  return mostRows(row?.['QUERY PLAN'][0]?.Plan as PlanNode);
}

function mostRows(node: PlanNode): number {
  const own = node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0);
  return Math.max(own, ...(node.Plans ?? []).map(mostRows));
}

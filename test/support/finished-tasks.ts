type Sql = (text: string, values?: unknown[]) => Promise<unknown>;

/**
 * Adds finished copies of a task to a batch, without their audit, which the invariants of useEngines() demand: remove them before the
 * test ends. The statistics of the table then know of them.
 */
export async function addFinishedTasks(sql: Sql, { like, batch, count }: { like: string; batch: string; count: number }): Promise<void> {
  await sql(`SET session_replication_role = replica`);
  await sql(
    `INSERT INTO tasks (id, name, queue, status, rank, run_at, max_attempts, backoff, timeout_ms, parent_id, created_by, trigger, actor,
                        created_at, terminal_at)
     SELECT gen_random_uuid(), name, queue, 'completed', rank, run_at, max_attempts, backoff, timeout_ms, $2, created_by, trigger, actor,
            created_at, now()
     FROM tasks, generate_series(1, $3::int) WHERE id = $1`,
    [like, batch, count],
  );
  await sql(`RESET session_replication_role`);
  await sql(`ANALYZE tasks`);
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * All that can no longer run because a task ended is found in one statement. Level by level, a trigger within a trigger, a
 * chain of 1,000 exceeded PostgreSQL's stack: its first task could be neither failed nor cancelled.
 */
export class LongChains1795305600009 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE OR REPLACE FUNCTION task_finished() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
      DECLARE
        released boolean;
        -- a task that began to wait while this transaction was under way has a later run_at than its start
        moment timestamptz := clock_timestamp() + (app_now() - now());
      BEGIN
        IF EXISTS (SELECT FROM new_rows n JOIN task_dependencies d ON d.depends_on = n.id WHERE n.terminal_at IS NOT NULL AND d.released_at IS NULL) THEN
          WITH satisfied AS (
            UPDATE task_dependencies d SET released_at = app_now() FROM new_rows n
            WHERE d.depends_on = n.id AND d.released_at IS NULL AND n.terminal_at IS NOT NULL AND (n.status = 'completed' OR d.on_failure = 'run')
            RETURNING d.task_id),
          waiting AS MATERIALIZED (
            SELECT t.id, s.count FROM (SELECT task_id, count(*)::int AS count FROM satisfied GROUP BY task_id) s
            JOIN tasks t ON t.id = s.task_id WHERE t.status = 'pending' ORDER BY t.id FOR NO KEY UPDATE OF t),
          moved AS (
            UPDATE tasks t SET open_dependencies = t.open_dependencies - w.count,
              status = CASE WHEN t.open_dependencies = w.count AND t.run_at <= moment THEN 'submitted' ELSE 'pending' END,
              version = t.version + CASE WHEN t.open_dependencies = w.count AND t.run_at <= moment THEN 1 ELSE 0 END,
              reason = 'promote', actor = 'dependency'
            FROM waiting w WHERE t.id = w.id RETURNING t.status)
          SELECT bool_or(status = 'submitted') INTO released FROM moved;
          IF released THEN
            PERFORM pg_notify('contenthub_ready', '');
          END IF;

          -- All levels at once. The update below fires this trigger once more, for all of them; it finds nobody left to end.
          WITH RECURSIVE doomed AS (
            SELECT d.task_id, d.depends_on, d.on_failure, n.status AS ended
            FROM new_rows n JOIN task_dependencies d ON d.depends_on = n.id JOIN tasks t ON t.id = d.task_id
            WHERE n.status IN ('failed', 'timeout', 'cancelled') AND d.released_at IS NULL AND d.on_failure <> 'run' AND t.status = 'pending'
            UNION
            SELECT d.task_id, d.depends_on, d.on_failure, CASE w.on_failure WHEN 'fail' THEN 'failed' ELSE 'cancelled' END
            FROM doomed w JOIN task_dependencies d ON d.depends_on = w.task_id JOIN tasks t ON t.id = d.task_id
            WHERE d.released_at IS NULL AND d.on_failure <> 'run' AND t.status = 'pending'),
          told AS (
            UPDATE task_dependencies d SET released_at = app_now() FROM new_rows n
            WHERE d.depends_on = n.id AND d.released_at IS NULL AND n.status IN ('failed', 'timeout', 'cancelled') AND d.on_failure <> 'run'),
          waiting AS MATERIALIZED (
            SELECT t.id, f.* FROM (SELECT DISTINCT ON (task_id) * FROM doomed ORDER BY task_id, on_failure DESC, depends_on) f
            JOIN tasks t ON t.id = f.task_id WHERE t.status = 'pending' ORDER BY t.id FOR NO KEY UPDATE OF t)
          UPDATE tasks t SET status = CASE w.on_failure WHEN 'fail' THEN 'failed' ELSE 'cancelled' END, terminal_at = app_now(),
            version = t.version + 1, lease_epoch = t.lease_epoch + 1, reason = 'dependency', actor = 'dependency',
            error = jsonb_build_object('class', 'cancelled', 'code', 'dependency_' || w.ended, 'fingerprint', 'dependency', 'message',
                    'the task ' || w.depends_on || ' it depends on ended ' || w.ended)
          FROM waiting w WHERE t.id = w.id;
        END IF;

        IF EXISTS (SELECT FROM new_rows WHERE parent_id IS NOT NULL) THEN
          WITH ended AS (
            SELECT n.parent_id,
              sum((n.status = 'completed')::int - (o.status = 'completed')::int)::int AS completed,
              sum((n.status IN ('failed', 'timeout'))::int - (o.status IN ('failed', 'timeout'))::int)::int AS failed,
              sum((n.status = 'cancelled')::int - (o.status = 'cancelled')::int)::int AS cancelled
            FROM new_rows n JOIN old_rows o ON o.id = n.id
            WHERE n.parent_id IS NOT NULL AND (n.terminal_at IS NULL) <> (o.terminal_at IS NULL) GROUP BY n.parent_id),
          locked AS MATERIALIZED (
            SELECT e.* FROM ended e JOIN task_batches b ON b.id = e.parent_id ORDER BY b.id FOR NO KEY UPDATE OF b),
          counted AS (
            UPDATE task_batches b SET completed = b.completed + e.completed, failed = b.failed + e.failed, cancelled = b.cancelled + e.cancelled,
              done_at = CASE WHEN b.done_at IS NULL AND b.completed + e.completed + b.failed + e.failed + b.cancelled + e.cancelled = b.total
                        THEN app_now() ELSE b.done_at END
            FROM locked e WHERE b.id = e.parent_id
            RETURNING b.*)
          INSERT INTO outbox (task_id, lease_epoch, type, payload, created_at)
          SELECT id, 0, 'batch.done', jsonb_build_object('batchId', id, 'name', name, 'total', total, 'completed', completed, 'failed', failed,
                 'cancelled', cancelled), done_at
          FROM counted WHERE done_at = app_now() AND NOT EXISTS (SELECT FROM outbox o WHERE o.task_id = counted.id AND o.type = 'batch.done');
        END IF;
        RETURN NULL;
      END $$;
    `);
  }

  /** The function stays: it ends the same tasks as the one before. */
  async down(): Promise<void> {}
}

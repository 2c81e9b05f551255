import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What the end of a task means to others: tasks that wait for it, and the batch it belongs to. A statement-level trigger
 * does it in the transaction that ends the task, whichever way it ends, so nothing has to be remembered anywhere.
 */
export class DependenciesAndBatches1795305600004 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE task_dependencies ADD COLUMN released_at timestamptz;

      CREATE TABLE task_batches (
        id uuid PRIMARY KEY,
        name text NOT NULL,
        total integer NOT NULL CHECK (total > 0),
        completed integer NOT NULL DEFAULT 0,
        failed integer NOT NULL DEFAULT 0,
        cancelled integer NOT NULL DEFAULT 0,
        created_by text NOT NULL,
        created_at timestamptz NOT NULL,
        -- when all had ended for the first time; the one event of it is in the outbox
        done_at timestamptz,
        CHECK (completed >= 0 AND failed >= 0 AND cancelled >= 0 AND completed + failed + cancelled <= total)
      );

      CREATE FUNCTION task_finished() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
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

          WITH failed AS (
            UPDATE task_dependencies d SET released_at = app_now() FROM new_rows n
            WHERE d.depends_on = n.id AND d.released_at IS NULL AND n.status IN ('failed', 'timeout', 'cancelled') AND d.on_failure <> 'run'
            RETURNING d.task_id, d.depends_on, d.on_failure, n.status),
          waiting AS MATERIALIZED (
            SELECT t.id, f.* FROM (SELECT DISTINCT ON (task_id) * FROM failed ORDER BY task_id, on_failure DESC) f
            JOIN tasks t ON t.id = f.task_id WHERE t.status = 'pending' ORDER BY t.id FOR NO KEY UPDATE OF t)
          UPDATE tasks t SET status = CASE w.on_failure WHEN 'fail' THEN 'failed' ELSE 'cancelled' END, terminal_at = app_now(),
            version = t.version + 1, lease_epoch = t.lease_epoch + 1, reason = 'dependency', actor = 'dependency',
            error = jsonb_build_object('class', 'cancelled', 'code', 'dependency_' || w.status, 'fingerprint', 'dependency', 'message',
                    'the task ' || w.depends_on || ' it depends on ended ' || w.status)
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

      CREATE TRIGGER task_finished AFTER UPDATE ON tasks REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
        FOR EACH STATEMENT EXECUTE FUNCTION task_finished();
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP TRIGGER task_finished ON tasks;
      DROP FUNCTION task_finished;
      DROP TABLE task_batches;
      ALTER TABLE task_dependencies DROP COLUMN released_at;
    `);
  }
}

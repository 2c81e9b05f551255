import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Dependencies of tasks, and batches. A statement-level trigger releases or ends dependents and counts for the batch, in the
 * transaction that ends a task, whichever statement ends it.
 */
export class DependenciesAndBatches1796000000003 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE task_dependencies (
        task_id uuid NOT NULL,
        depends_on uuid NOT NULL,
        -- what becomes of task_id when depends_on ends without success
        on_failure text NOT NULL DEFAULT 'cancel' CHECK (on_failure IN ('cancel', 'fail', 'run')),
        -- when depends_on ended, or was ignored; NULL while task_id waits for it
        released_at timestamptz,
        -- generations of task_id that an operator started without this dependency
        ignored_in_generations smallint[] NOT NULL DEFAULT '{}',
        PRIMARY KEY (task_id, depends_on),
        CHECK (task_id <> depends_on)
      );
      CREATE INDEX task_dependencies_of ON task_dependencies (depends_on, task_id);

      -- The counters are written by the trigger alone.
      CREATE TABLE task_batches (
        id uuid PRIMARY KEY,
        name text NOT NULL,
        total integer NOT NULL CHECK (total > 0),
        completed integer NOT NULL DEFAULT 0,
        -- failed and timed out
        failed integer NOT NULL DEFAULT 0,
        cancelled integer NOT NULL DEFAULT 0,
        created_by text NOT NULL,
        -- of the batch as a whole; its tasks have none
        idempotency_key text,
        request_hash bytea,
        created_at timestamptz NOT NULL,
        -- when all tasks had ended for the first time: then the one event batch.done is written
        done_at timestamptz,
        CHECK (completed >= 0 AND failed >= 0 AND cancelled >= 0 AND completed + failed + cancelled <= total),
        CONSTRAINT task_batches_hash CHECK ((idempotency_key IS NULL) = (request_hash IS NULL))
      );
      CREATE UNIQUE INDEX task_batches_idempotency ON task_batches (created_by, idempotency_key) WHERE idempotency_key IS NOT NULL;

      -- Only a task that ends in this statement counts (old_rows.terminal_at is NULL): a retried task may wait for one that ended before.
      CREATE FUNCTION task_finished() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
      DECLARE
        released boolean;
        moment timestamptz := app_clock();
      BEGIN
        IF EXISTS (SELECT FROM new_rows n JOIN task_dependencies d ON d.depends_on = n.id WHERE n.terminal_at IS NOT NULL AND d.released_at IS NULL) THEN
          WITH satisfied AS (
            UPDATE task_dependencies d SET released_at = moment FROM new_rows n JOIN old_rows o ON o.id = n.id
            WHERE d.depends_on = n.id AND d.released_at IS NULL AND o.terminal_at IS NULL AND n.terminal_at IS NOT NULL
              AND (n.status = 'completed' OR d.on_failure = 'run')
            RETURNING d.task_id),
          waiting AS MATERIALIZED (
            SELECT t.id, s.count FROM (SELECT task_id, count(*)::int AS count FROM satisfied GROUP BY task_id) s
            JOIN tasks t ON t.id = s.task_id WHERE t.status = 'pending' ORDER BY t.id FOR NO KEY UPDATE OF t),
          updated AS (
            UPDATE tasks t SET open_dependencies = t.open_dependencies - w.count,
              status = CASE WHEN t.open_dependencies = w.count AND t.run_at <= moment THEN 'submitted' ELSE 'pending' END,
              version = t.version + CASE WHEN t.open_dependencies = w.count AND t.run_at <= moment THEN 1 ELSE 0 END,
              reason = 'promote', actor = 'dependency'
            FROM waiting w WHERE t.id = w.id RETURNING t.status)
          SELECT bool_or(status = 'submitted') INTO released FROM updated;
          IF released THEN
            PERFORM pg_notify('contenthub_ready', '');
          END IF;

          -- All levels in one statement: a trigger within a trigger for each level exceeded PostgreSQL's stack in a chain of
          -- 1,000. The update below fires this trigger once more, for all of them, and that finds nothing left to end.
          WITH RECURSIVE unreachable AS (
            SELECT d.task_id, d.depends_on, d.on_failure, n.status AS ended
            FROM new_rows n JOIN old_rows o ON o.id = n.id JOIN task_dependencies d ON d.depends_on = n.id JOIN tasks t ON t.id = d.task_id
            WHERE n.status IN ('failed', 'timeout', 'cancelled') AND d.released_at IS NULL AND o.terminal_at IS NULL AND d.on_failure <> 'run'
              AND t.status = 'pending'
            UNION
            SELECT d.task_id, d.depends_on, d.on_failure, CASE u.on_failure WHEN 'fail' THEN 'failed' ELSE 'cancelled' END
            FROM unreachable u JOIN task_dependencies d ON d.depends_on = u.task_id JOIN tasks t ON t.id = d.task_id
            WHERE d.released_at IS NULL AND d.on_failure <> 'run' AND t.status = 'pending'),
          failed AS (
            UPDATE task_dependencies d SET released_at = moment FROM new_rows n JOIN old_rows o ON o.id = n.id
            WHERE d.depends_on = n.id AND d.released_at IS NULL AND o.terminal_at IS NULL AND n.status IN ('failed', 'timeout', 'cancelled')
              AND d.on_failure <> 'run'),
          waiting AS MATERIALIZED (
            SELECT t.id, f.* FROM (SELECT DISTINCT ON (task_id) * FROM unreachable ORDER BY task_id, on_failure DESC, depends_on) f
            JOIN tasks t ON t.id = f.task_id WHERE t.status = 'pending' ORDER BY t.id FOR NO KEY UPDATE OF t),
          locked_at AS MATERIALIZED (SELECT count(*), app_clock() AS now FROM waiting)
          UPDATE tasks t SET status = CASE w.on_failure WHEN 'fail' THEN 'failed' ELSE 'cancelled' END, terminal_at = (SELECT now FROM locked_at),
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
            SELECT e.*, b.done_at AS done_before FROM ended e JOIN task_batches b ON b.id = e.parent_id ORDER BY b.id FOR NO KEY UPDATE OF b),
          counted AS (
            UPDATE task_batches b SET completed = b.completed + e.completed, failed = b.failed + e.failed, cancelled = b.cancelled + e.cancelled,
              done_at = CASE WHEN b.done_at IS NULL AND b.completed + e.completed + b.failed + e.failed + b.cancelled + e.cancelled = b.total
                        THEN moment ELSE b.done_at END
            FROM locked e WHERE b.id = e.parent_id
            RETURNING b.*, e.done_before),
          event AS (
            INSERT INTO events (id, aggregate_type, aggregate_id, type, payload, created_at)
            SELECT uuid_v7(moment), 'batch', id, 'batch.done', jsonb_build_object('batchId', id, 'name', name, 'total', total,
                   'completed', completed, 'failed', failed, 'cancelled', cancelled), done_at
            FROM counted WHERE done_at IS NOT NULL AND done_before IS NULL
            RETURNING id, type, created_at)
          INSERT INTO deliveries (event_id, endpoint_id, created_at)
          SELECT e.id, n.id, e.created_at FROM event e JOIN event_endpoints n ON n.enabled AND (n.types IS NULL OR e.type = ANY (n.types));
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
      DROP TABLE task_batches, task_dependencies;
    `);
  }
}

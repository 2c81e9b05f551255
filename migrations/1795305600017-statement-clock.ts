import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The chain of versions: what no update may do to a row. */
const ILLEGAL = `(n.status <> o.status AND n.version <> o.version + 1)
           OR n.version NOT IN (o.version, o.version + 1)
           OR n.lease_epoch NOT IN (o.lease_epoch, o.lease_epoch + 1)
           OR (o.lease_owner IS NOT NULL AND n.lease_owner IS DISTINCT FROM o.lease_owner AND n.lease_epoch = o.lease_epoch
               AND n.status <> 'completed' AND n.external_id IS NULL)
           OR (n.status = o.status AND n.version <> o.version AND n.status <> 'running')`;

/** A row that has ended changes only by a transition; without one, only its idempotency key may be removed. */
const FROZEN = `
        IF EXISTS (SELECT FROM old_rows WHERE terminal_at IS NOT NULL) THEN
          SELECT n.id, o.status AS was INTO broken FROM new_rows n JOIN old_rows o ON o.id = n.id
          WHERE o.terminal_at IS NOT NULL AND n.version = o.version
            AND (n.idempotency_key IS NOT NULL
                 OR to_jsonb(n) - '{idempotency_key,request_hash}'::text[] <> to_jsonb(o) - '{idempotency_key,request_hash}'::text[])
          LIMIT 1;
          IF FOUND THEN
            RAISE EXCEPTION 'illegal change of task %: it is % and frozen', broken.id, broken.was
              USING ERRCODE = 'check_violation', CONSTRAINT = 'task_frozen';
          END IF;
        END IF;`;

/**
 * The time of an end and of a start is that of the row. Else it is the clock of the trigger, which runs after the statement
 * has its locks.
 */
const AUDIT = `
      CREATE OR REPLACE FUNCTION task_audit_update() RETURNS trigger LANGUAGE plpgsql SET enable_nestloop = off AS $$
      DECLARE
        broken record;
        moment timestamptz := app_clock();
      BEGIN${FROZEN}
        INSERT INTO task_audit (task_id, version, generation, attempt, lease_epoch, from_status, to_status, reason, actor, detail, at)
        SELECT n.id, n.version, n.generation, n.attempt, n.lease_epoch, o.status, n.status, n.reason, n.actor,
               CASE WHEN n.reason IN ('retry', 'fail', 'time_out', 'expire', 'rescue') THEN n.error END,
               coalesce(n.terminal_at, CASE n.reason WHEN 'claim' THEN n.started_at END, moment)
        FROM new_rows n JOIN old_rows o ON o.id = n.id
        WHERE CASE
          WHEN ${ILLEGAL}
          THEN task_refuse_change(n.id, o.status, o.version, o.lease_epoch, n.status, n.version, n.lease_epoch)
          ELSE n.version <> o.version END;
        RETURN NULL;
      END $$;`;

/** Only a task that ends in this statement counts: old_rows.terminal_at is null. A retried task may wait for one that ended before. */
const FINISHED = `
      CREATE OR REPLACE FUNCTION task_finished() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
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

          -- All levels at once. The update below fires this trigger once more, for all of them; it finds none left to end.
          WITH RECURSIVE doomed AS (
            SELECT d.task_id, d.depends_on, d.on_failure, n.status AS ended
            FROM new_rows n JOIN old_rows o ON o.id = n.id JOIN task_dependencies d ON d.depends_on = n.id JOIN tasks t ON t.id = d.task_id
            WHERE n.status IN ('failed', 'timeout', 'cancelled') AND d.released_at IS NULL AND o.terminal_at IS NULL AND d.on_failure <> 'run'
              AND t.status = 'pending'
            UNION
            SELECT d.task_id, d.depends_on, d.on_failure, CASE w.on_failure WHEN 'fail' THEN 'failed' ELSE 'cancelled' END
            FROM doomed w JOIN task_dependencies d ON d.depends_on = w.task_id JOIN tasks t ON t.id = d.task_id
            WHERE d.released_at IS NULL AND d.on_failure <> 'run' AND t.status = 'pending'),
          ended AS (
            UPDATE task_dependencies d SET released_at = moment FROM new_rows n JOIN old_rows o ON o.id = n.id
            WHERE d.depends_on = n.id AND d.released_at IS NULL AND o.terminal_at IS NULL AND n.status IN ('failed', 'timeout', 'cancelled')
              AND d.on_failure <> 'run'),
          waiting AS MATERIALIZED (
            SELECT t.id, f.* FROM (SELECT DISTINCT ON (task_id) * FROM doomed ORDER BY task_id, on_failure DESC, depends_on) f
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
            SELECT e.* FROM ended e JOIN task_batches b ON b.id = e.parent_id ORDER BY b.id FOR NO KEY UPDATE OF b),
          counted AS (
            UPDATE task_batches b SET completed = b.completed + e.completed, failed = b.failed + e.failed, cancelled = b.cancelled + e.cancelled,
              done_at = CASE WHEN b.done_at IS NULL AND b.completed + e.completed + b.failed + e.failed + b.cancelled + e.cancelled = b.total
                        THEN moment ELSE b.done_at END
            FROM locked e WHERE b.id = e.parent_id
            RETURNING b.*)
          INSERT INTO outbox (task_id, lease_epoch, type, payload, created_at)
          SELECT id, 0, 'batch.done', jsonb_build_object('batchId', id, 'name', name, 'total', total, 'completed', completed, 'failed', failed,
                 'cancelled', cancelled), done_at
          FROM counted WHERE done_at = moment AND NOT EXISTS (SELECT FROM outbox o WHERE o.task_id = counted.id AND o.type = 'batch.done');
        END IF;
        RETURN NULL;
      END $$;`;

/**
 * Times that are written come from the clock at the statement. app_now() is the start of the transaction: a statement that
 * waited for a lock dated its rows by as much too early.
 */
export class StatementClock1795305600017 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      -- The time now, with the skew of app_now(). For comparisons with an index use app_now(), which is constant in a statement.
      CREATE OR REPLACE FUNCTION app_clock() RETURNS timestamptz LANGUAGE sql VOLATILE PARALLEL SAFE AS
      $$ SELECT clock_timestamp() + coalesce(nullif(current_setting('app.skew', true), ''), '0')::interval $$;
      ${AUDIT}
      ${FINISHED}
    `);
  }

  /** app_clock() stays, and so do the functions: they write the same rows as those before, with a later time. */
  async down(): Promise<void> {}
}

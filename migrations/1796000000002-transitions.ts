import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The audit of tasks, and the triggers that keep the transition table of core/task/states.ts. Statement-level triggers with
 * transition tables cost 10 µs of CPU per task; row-level triggers cost twice that.
 */
export class Transitions1796000000002 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE FUNCTION task_transition_allowed(from_status text, to_status text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
      $$ SELECT coalesce(from_status, '') || '>' || to_status = ANY (ARRAY[
        '>pending', '>submitted',
        'pending>submitted', 'pending>failed', 'pending>timeout', 'pending>cancelled',
        'submitted>assigned', 'submitted>running', 'submitted>timeout', 'submitted>cancelled',
        'assigned>running', 'assigned>submitted', 'assigned>failed', 'assigned>timeout', 'assigned>cancelled',
        'running>running', 'running>completed', 'running>submitted', 'running>pending', 'running>failed', 'running>timeout', 'running>cancelled',
        'failed>pending', 'timeout>pending', 'cancelled>pending', 'failed>submitted', 'timeout>submitted', 'cancelled>submitted']) $$;

      -- One row for each transition. No foreign key to tasks: its check would cost more than the row, and only the triggers write here.
      CREATE TABLE task_audit (
        task_id uuid NOT NULL,
        version integer NOT NULL,
        generation smallint NOT NULL,
        attempt smallint NOT NULL,
        lease_epoch integer NOT NULL,
        from_status text,
        to_status text NOT NULL,
        -- the transition, by its name in core/task/states.ts
        reason text NOT NULL,
        actor text NOT NULL,
        -- the failure, where the transition has one
        detail jsonb,
        at timestamptz NOT NULL,
        -- the transaction: live views read the transitions in this order
        xid xid8 DEFAULT pg_current_xact_id(),
        PRIMARY KEY (task_id, version),
        CONSTRAINT task_audit_transition CHECK (task_transition_allowed(from_status, to_status))
      );
      CREATE UNIQUE INDEX task_audit_one_end ON task_audit (task_id, generation)
        WHERE to_status IN ('completed', 'failed', 'timeout', 'cancelled');
      CREATE INDEX task_audit_by_xid ON task_audit (xid);

      CREATE FUNCTION task_audit_insert() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO task_audit (task_id, version, generation, attempt, lease_epoch, from_status, to_status, reason, actor, at)
        SELECT id, version, generation, attempt, lease_epoch, NULL, status, reason, actor, created_at FROM new_rows;
        RETURN NULL;
      END $$;

      -- Raises. A function, so that the statement that writes the audit can call it for a row.
      CREATE FUNCTION task_reject_change(id uuid, was text, v integer, e integer, becomes text, w integer, f integer) RETURNS boolean
      LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION 'illegal change of task %: % v% e% -> % v% e%', id, was, v, e, becomes, w, f
          USING ERRCODE = 'check_violation', CONSTRAINT = 'task_audit_chain';
      END $$;

      -- Nested loops are off because the plan is kept from the first call, which may have had one row: 250 rows then took 20 ms
      -- instead of 1. Checking and writing is one pass over the rows: two passes cost a claimed and completed task 14 of 54 µs.
      CREATE FUNCTION task_audit_update() RETURNS trigger LANGUAGE plpgsql SET enable_nestloop = off AS $$
      DECLARE
        illegal record;
        moment timestamptz := app_clock();
      BEGIN
        -- A task that has ended changes only by a transition; without one, only its idempotency key may be removed. This is a
        -- statement of its own: whole rows in the join below would cost every settled task a copy of its params and result.
        IF EXISTS (SELECT FROM old_rows WHERE terminal_at IS NOT NULL) THEN
          SELECT n.id, o.status AS was INTO illegal FROM new_rows n JOIN old_rows o ON o.id = n.id
          WHERE o.terminal_at IS NOT NULL AND n.version = o.version
            AND (n.idempotency_key IS NOT NULL
                 OR to_jsonb(n) - '{idempotency_key,request_hash}'::text[] <> to_jsonb(o) - '{idempotency_key,request_hash}'::text[])
          LIMIT 1;
          IF FOUND THEN
            RAISE EXCEPTION 'illegal change of task %: it is % and final', illegal.id, illegal.was
              USING ERRCODE = 'check_violation', CONSTRAINT = 'task_end_is_final';
          END IF;
        END IF;

        -- The time of an end and of a start is that of the row. Otherwise it is the time of the trigger, which runs once the
        -- statement has its locks.
        INSERT INTO task_audit (task_id, version, generation, attempt, lease_epoch, from_status, to_status, reason, actor, detail, at)
        SELECT n.id, n.version, n.generation, n.attempt, n.lease_epoch, o.status, n.status, n.reason, n.actor,
               CASE WHEN n.reason IN ('retry', 'fail', 'time_out', 'expire', 'rescue') THEN n.error END,
               coalesce(n.terminal_at, CASE n.reason WHEN 'claim' THEN n.started_at END, moment)
        FROM new_rows n JOIN old_rows o ON o.id = n.id
        WHERE CASE
          WHEN (n.status <> o.status AND n.version <> o.version + 1)
            OR n.version NOT IN (o.version, o.version + 1)
            OR n.lease_epoch NOT IN (o.lease_epoch, o.lease_epoch + 1)
            OR (o.lease_owner IS NOT NULL AND n.lease_owner IS DISTINCT FROM o.lease_owner AND n.lease_epoch = o.lease_epoch
                AND n.status <> 'completed' AND n.external_id IS NULL)
            OR (n.status = o.status AND n.version <> o.version AND n.status <> 'running')
          THEN task_reject_change(n.id, o.status, o.version, o.lease_epoch, n.status, n.version, n.lease_epoch)
          ELSE n.version <> o.version END;
        RETURN NULL;
      END $$;

      CREATE TRIGGER task_audit_insert AFTER INSERT ON tasks REFERENCING NEW TABLE AS new_rows
        FOR EACH STATEMENT EXECUTE FUNCTION task_audit_insert();
      CREATE TRIGGER task_audit_update AFTER UPDATE ON tasks REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
        FOR EACH STATEMENT EXECUTE FUNCTION task_audit_update();
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP TRIGGER task_audit_update ON tasks;
      DROP TRIGGER task_audit_insert ON tasks;
      DROP FUNCTION task_audit_update, task_reject_change, task_audit_insert;
      DROP TABLE task_audit;
      DROP FUNCTION task_transition_allowed;
    `);
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The task engine's tables. The rules of core/task/states.ts are kept by the database as well: CHECKs tie the
 * status to its columns, statement-level triggers write the audit and refuse illegal edges. Statement-level with
 * transition tables costs about 10 µs of CPU per task, row-level twice that.
 */
export class Engine1795305600001 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      -- The engine's only clock. Tests skew it: ALTER DATABASE … SET app.skew = '1 hour'.
      CREATE FUNCTION app_now() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE AS
      $$ SELECT now() + coalesce(nullif(current_setting('app.skew', true), ''), '0')::interval $$;

      CREATE FUNCTION task_edge_allowed(from_status text, to_status text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
      $$ SELECT coalesce(from_status, '') || '>' || to_status = ANY (ARRAY[
        '>pending', '>submitted',
        'pending>submitted', 'pending>failed', 'pending>timeout', 'pending>cancelled',
        'submitted>assigned', 'submitted>running', 'submitted>timeout', 'submitted>cancelled',
        'assigned>running', 'assigned>submitted', 'assigned>failed', 'assigned>timeout', 'assigned>cancelled',
        'running>running', 'running>completed', 'running>submitted', 'running>pending', 'running>failed', 'running>timeout', 'running>cancelled',
        'failed>submitted', 'timeout>submitted', 'cancelled>submitted']) $$;

      CREATE TABLE tasks (
        id uuid PRIMARY KEY,
        name text NOT NULL,
        queue text NOT NULL DEFAULT 'default',
        status text NOT NULL CHECK (status IN ('pending', 'submitted', 'assigned', 'running', 'completed', 'failed', 'timeout', 'cancelled')),
        priority smallint NOT NULL DEFAULT 5 CHECK (priority BETWEEN 1 AND 10),
        -- claim order: run_at less a head start for each level of priority
        rank timestamptz NOT NULL,
        run_at timestamptz NOT NULL,
        params jsonb NOT NULL DEFAULT '{}',
        result jsonb,
        error jsonb,
        progress smallint CHECK (progress BETWEEN 0 AND 100),
        step text,
        attempt smallint NOT NULL DEFAULT 0 CHECK (attempt >= 0),
        max_attempts smallint NOT NULL CHECK (max_attempts >= 1),
        backoff jsonb NOT NULL,
        crash_count smallint NOT NULL DEFAULT 0,
        release_count smallint NOT NULL DEFAULT 0,
        generation smallint NOT NULL DEFAULT 1,
        lease_epoch integer NOT NULL DEFAULT 0,
        lease_beat integer NOT NULL DEFAULT 0,
        lease_owner text,
        lease_expires_at timestamptz,
        external_id text,
        poll_at timestamptz,
        timeout_ms integer NOT NULL CHECK (timeout_ms > 0),
        deadline_at timestamptz,
        expires_at timestamptz,
        open_dependencies integer NOT NULL DEFAULT 0 CHECK (open_dependencies >= 0),
        parent_id uuid,
        concurrency_key text,
        created_by text NOT NULL,
        trigger text NOT NULL CHECK (trigger IN ('manual', 'api', 'schedule', 'task')),
        idempotency_key text,
        request_hash bytea,
        version integer NOT NULL DEFAULT 1,
        -- the last transition's name and maker: what the trigger writes into the audit
        reason text NOT NULL DEFAULT 'submit',
        actor text NOT NULL,
        created_at timestamptz NOT NULL,
        started_at timestamptz,
        terminal_at timestamptz,
        CONSTRAINT tasks_terminal CHECK ((terminal_at IS NOT NULL) = (status IN ('completed', 'failed', 'timeout', 'cancelled'))),
        CONSTRAINT tasks_lease CHECK ((lease_owner IS NOT NULL) = (status IN ('assigned', 'running') AND external_id IS NULL)),
        CONSTRAINT tasks_lease_expiry CHECK ((lease_owner IS NULL) = (lease_expires_at IS NULL)),
        CONSTRAINT tasks_external CHECK (external_id IS NULL OR status = 'running'),
        CONSTRAINT tasks_deadline CHECK ((deadline_at IS NOT NULL) = (status = 'running')),
        CONSTRAINT tasks_ready CHECK (status <> 'submitted' OR open_dependencies = 0)
      ) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000,
              autovacuum_analyze_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);

      CREATE INDEX tasks_ready ON tasks (queue, rank, id) WHERE status = 'submitted';
      CREATE INDEX tasks_active ON tasks (id) WHERE status IN ('assigned', 'running');
      CREATE INDEX tasks_promotable ON tasks (run_at) WHERE status = 'pending' AND open_dependencies = 0;
      CREATE INDEX tasks_expiring ON tasks (expires_at) WHERE terminal_at IS NULL AND expires_at IS NOT NULL;
      CREATE INDEX tasks_by_name ON tasks (name, id);
      CREATE INDEX tasks_unhappy ON tasks (status, id) WHERE status IN ('failed', 'timeout', 'cancelled');
      CREATE INDEX tasks_by_parent ON tasks (parent_id, id) WHERE parent_id IS NOT NULL;
      CREATE UNIQUE INDEX tasks_idempotency ON tasks (created_by, idempotency_key) WHERE idempotency_key IS NOT NULL;

      -- No foreign key to tasks: its row-level check would cost more than the row, and only the triggers write here.
      CREATE TABLE task_audit (
        task_id uuid NOT NULL,
        version integer NOT NULL,
        generation smallint NOT NULL,
        attempt smallint NOT NULL,
        lease_epoch integer NOT NULL,
        from_status text,
        to_status text NOT NULL,
        reason text NOT NULL,
        actor text NOT NULL,
        detail jsonb,
        at timestamptz NOT NULL,
        PRIMARY KEY (task_id, version),
        CONSTRAINT task_audit_edge CHECK (task_edge_allowed(from_status, to_status))
      );
      CREATE UNIQUE INDEX task_audit_one_end ON task_audit (task_id, generation)
        WHERE to_status IN ('completed', 'failed', 'timeout', 'cancelled');

      CREATE FUNCTION task_audit_insert() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO task_audit (task_id, version, generation, attempt, lease_epoch, from_status, to_status, reason, actor, at)
        SELECT id, version, generation, attempt, lease_epoch, NULL, status, reason, actor, created_at FROM new_rows;
        RETURN NULL;
      END $$;

      -- Its plan is kept from the first call, perhaps of one row: a nested loop over 250 x 250 rows then took 20 ms, a hash join 1.
      CREATE FUNCTION task_audit_update() RETURNS trigger LANGUAGE plpgsql SET enable_nestloop = off AS $$
      DECLARE
        broken record;
      BEGIN
        SELECT n.id, o.status AS was, n.status AS becomes, o.version AS v, n.version AS w, o.lease_epoch AS e, n.lease_epoch AS f INTO broken
        FROM new_rows n JOIN old_rows o ON o.id = n.id
        WHERE (n.status <> o.status AND n.version <> o.version + 1)
           OR n.version NOT IN (o.version, o.version + 1)
           OR n.lease_epoch NOT IN (o.lease_epoch, o.lease_epoch + 1)
           OR (o.lease_owner IS NOT NULL AND n.lease_owner IS DISTINCT FROM o.lease_owner AND n.lease_epoch = o.lease_epoch
               AND n.status <> 'completed' AND n.external_id IS NULL)
           OR (n.status = o.status AND n.version <> o.version AND n.status <> 'running')
        LIMIT 1;
        IF FOUND THEN
          RAISE EXCEPTION 'illegal change of task %: % v% e% -> % v% e%', broken.id, broken.was, broken.v, broken.e, broken.becomes, broken.w, broken.f
            USING ERRCODE = 'check_violation', CONSTRAINT = 'task_audit_chain';
        END IF;
        INSERT INTO task_audit (task_id, version, generation, attempt, lease_epoch, from_status, to_status, reason, actor, detail, at)
        SELECT n.id, n.version, n.generation, n.attempt, n.lease_epoch, o.status, n.status, n.reason, n.actor,
               CASE WHEN n.reason IN ('retry', 'fail', 'time_out', 'expire', 'rescue') THEN n.error END, app_now()
        FROM new_rows n JOIN old_rows o ON o.id = n.id WHERE n.version <> o.version;
        RETURN NULL;
      END $$;

      CREATE TRIGGER task_audit_insert AFTER INSERT ON tasks REFERENCING NEW TABLE AS new_rows
        FOR EACH STATEMENT EXECUTE FUNCTION task_audit_insert();
      CREATE TRIGGER task_audit_update AFTER UPDATE ON tasks REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
        FOR EACH STATEMENT EXECUTE FUNCTION task_audit_update();

      CREATE TABLE task_logs (
        task_id uuid NOT NULL,
        seq integer NOT NULL,
        attempt smallint NOT NULL,
        at timestamptz NOT NULL,
        level text NOT NULL CHECK (level IN ('debug', 'info', 'warn', 'error')),
        message text NOT NULL,
        data jsonb,
        PRIMARY KEY (task_id, seq)
      );

      -- Checkpoints: what a step gave for these inputs, so that a later attempt need not do it (or pay for it) again.
      CREATE TABLE task_steps (
        task_id uuid NOT NULL,
        step text NOT NULL,
        input_hash bytea NOT NULL,
        output jsonb NOT NULL,
        attempt smallint NOT NULL,
        at timestamptz NOT NULL,
        PRIMARY KEY (task_id, step, input_hash)
      );

      CREATE TABLE task_dependencies (
        task_id uuid NOT NULL,
        depends_on uuid NOT NULL,
        on_failure text NOT NULL DEFAULT 'cancel' CHECK (on_failure IN ('cancel', 'fail', 'run')),
        PRIMARY KEY (task_id, depends_on),
        CHECK (task_id <> depends_on)
      );
      CREATE INDEX task_dependencies_of ON task_dependencies (depends_on, task_id);

      -- What must be told to others after a commit; written in the transaction it tells of.
      CREATE TABLE outbox (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        task_id uuid NOT NULL,
        lease_epoch integer NOT NULL,
        type text NOT NULL,
        payload jsonb NOT NULL,
        created_at timestamptz NOT NULL,
        delivered_at timestamptz
      );
      CREATE INDEX outbox_open ON outbox (id) WHERE delivered_at IS NULL;
      CREATE INDEX outbox_by_task ON outbox (task_id);
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP TABLE outbox, task_dependencies, task_steps, task_logs, task_audit, tasks;
      DROP FUNCTION task_audit_update, task_audit_insert, task_edge_allowed, app_now;
    `);
  }
}

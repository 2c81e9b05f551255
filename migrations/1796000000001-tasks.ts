import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The clock of the engine and the table of tasks. CHECKs tie a status to its columns; the triggers are in the next migration. */
export class Tasks1796000000001 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      -- The start of the transaction. Constant within a statement, so comparisons with it can use an index.
      -- Tests skew both clocks: ALTER DATABASE … SET app.skew = '1 hour'.
      CREATE FUNCTION app_now() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE AS
      $$ SELECT now() + coalesce(nullif(current_setting('app.skew', true), ''), '0')::interval $$;

      -- The time now, for times that are written: a statement may have waited for a lock since app_now().
      CREATE FUNCTION app_clock() RETURNS timestamptz LANGUAGE sql VOLATILE PARALLEL SAFE AS
      $$ SELECT clock_timestamp() + coalesce(nullif(current_setting('app.skew', true), ''), '0')::interval $$;

      CREATE TABLE tasks (
        id uuid PRIMARY KEY,
        name text NOT NULL,
        queue text NOT NULL DEFAULT 'default',
        status text NOT NULL CHECK (status IN ('pending', 'submitted', 'assigned', 'running', 'completed', 'failed', 'timeout', 'cancelled')),
        priority smallint NOT NULL DEFAULT 5 CHECK (priority BETWEEN 1 AND 10),
        -- claim order, smallest first: run_at less a head start for each level of priority
        rank timestamptz NOT NULL,
        -- not before this time; a retry moves it by its backoff
        run_at timestamptz NOT NULL,
        params jsonb NOT NULL DEFAULT '{}',
        -- the value of the completed attempt
        result jsonb,
        -- the failure of the last attempt, kept while the task waits for its retry
        error jsonb,
        -- percent and name of the step, reported by the running attempt
        progress smallint CHECK (progress BETWEEN 0 AND 100),
        step text,

        -- Budgets of one generation. A claim adds 1 to attempt; a release, a snooze and a rejected result give it back.
        attempt smallint NOT NULL DEFAULT 0 CHECK (attempt >= 0),
        max_attempts smallint NOT NULL CHECK (max_attempts >= 1),
        -- {baseMs, maxMs}: exponential, with jitter
        backoff jsonb NOT NULL,
        -- results that a validator rejected
        rejections smallint NOT NULL DEFAULT 0 CHECK (rejections >= 0),
        max_rejections smallint NOT NULL DEFAULT 2 CHECK (max_rejections >= 0),
        -- processes that ended while they ran this task; above 0 the task is quarantined
        crash_count smallint NOT NULL DEFAULT 0,
        release_count smallint NOT NULL DEFAULT 0,
        -- 1, and 1 more for each manual retry
        generation smallint NOT NULL DEFAULT 1,

        -- The lease. The epoch rises by 1 with each claim and each loss of a lease, and fences every write of an attempt.
        lease_epoch integer NOT NULL DEFAULT 0,
        -- heartbeats since the claim: tells the rescuer that an expired lease is renewed again
        heartbeat_seq integer NOT NULL DEFAULT 0,
        lease_owner text,
        lease_expires_at timestamptz,
        -- work that goes on in another system: its id there, and when to ask for it again
        external_id text,
        poll_at timestamptz,
        -- time limit of one attempt, in milliseconds, and when the current attempt reaches it
        timeout_ms integer NOT NULL CHECK (timeout_ms > 0),
        deadline_at timestamptz,
        -- time limit of the task as a whole
        expires_at timestamptz,

        -- rows of task_dependencies that are not released
        open_dependencies integer NOT NULL DEFAULT 0 CHECK (open_dependencies >= 0),
        -- the batch
        parent_id uuid,

        -- Keys of the table limits under which the task is counted (the strategy fair shares slots between the first ones), and
        -- what its worker must be able to do. Both NULL for most tasks. Equal keys and capabilities have an equal dispatch_group,
        -- which a claim steps over.
        limit_keys text[],
        capabilities text[],
        dispatch_group text,

        -- the account that the task works for; NULL for none. A principal that is limited to accounts sees only their tasks.
        account_id uuid,
        -- who submitted it: type:id:name of a user or a key, or a word of the system
        created_by text NOT NULL,
        trigger text NOT NULL CHECK (trigger IN ('manual', 'api', 'schedule', 'task')),
        -- W3C traceparent of the request that submitted the task
        trace_context text CHECK (length(trace_context) = 55),
        -- unique for each created_by; request_hash is the SHA-256 of the request, to reject another one with the same key
        idempotency_key text,
        request_hash bytea,

        -- rises by 1 with each transition; reason and actor are those of the last one, which the trigger copies into task_audit
        version integer NOT NULL DEFAULT 1,
        reason text NOT NULL DEFAULT 'submit',
        actor text NOT NULL,
        created_at timestamptz NOT NULL,
        -- start of the last attempt
        started_at timestamptz,
        terminal_at timestamptz,

        CONSTRAINT tasks_terminal CHECK ((terminal_at IS NOT NULL) = (status IN ('completed', 'failed', 'timeout', 'cancelled'))),
        CONSTRAINT tasks_lease CHECK ((lease_owner IS NOT NULL) = (status IN ('assigned', 'running') AND external_id IS NULL)),
        CONSTRAINT tasks_lease_expiry CHECK ((lease_owner IS NULL) = (lease_expires_at IS NULL)),
        CONSTRAINT tasks_external CHECK (external_id IS NULL OR status = 'running'),
        CONSTRAINT tasks_deadline CHECK ((deadline_at IS NOT NULL) = (status = 'running')),
        CONSTRAINT tasks_ready CHECK (status <> 'submitted' OR open_dependencies = 0),
        CONSTRAINT tasks_dispatch_group CHECK ((dispatch_group IS NULL) = (limit_keys IS NULL AND capabilities IS NULL))
      ) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000,
              autovacuum_analyze_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);

      -- No index has a column that a heartbeat writes: heartbeats stay HOT updates (0 of 2,500 with an index on lease_expires_at).
      -- Ready tasks are in three indexes, so that a claim reads only tasks of its kind. The name comes before the rank: a claim steps
      -- over the backlog of a name that is paused, or unknown to the claimer, with one probe.
      CREATE INDEX tasks_ready ON tasks (queue, name, rank, id)
        WHERE status = 'submitted' AND crash_count = 0 AND dispatch_group IS NULL;
      CREATE INDEX tasks_ready_grouped ON tasks (queue, name, dispatch_group, rank, id)
        WHERE status = 'submitted' AND crash_count = 0 AND dispatch_group IS NOT NULL;
      CREATE INDEX tasks_quarantined ON tasks (crash_count, rank, id) WHERE status = 'submitted' AND crash_count > 0;
      CREATE INDEX tasks_active ON tasks (id) WHERE status IN ('assigned', 'running');
      CREATE INDEX tasks_active_grouped ON tasks (dispatch_group)
        WHERE status IN ('assigned', 'running') AND dispatch_group IS NOT NULL;
      CREATE INDEX tasks_pending ON tasks (id) WHERE status = 'pending';
      CREATE INDEX tasks_promotable ON tasks (run_at) WHERE status = 'pending' AND open_dependencies = 0;
      CREATE INDEX tasks_expiring ON tasks (expires_at) WHERE terminal_at IS NULL AND expires_at IS NOT NULL;
      CREATE INDEX tasks_to_poll ON tasks (poll_at) WHERE external_id IS NOT NULL;
      CREATE INDEX tasks_by_name ON tasks (name, id);
      CREATE INDEX tasks_unsuccessful ON tasks (status, id) WHERE status IN ('failed', 'timeout', 'cancelled');
      CREATE INDEX tasks_by_parent ON tasks (parent_id, id) WHERE parent_id IS NOT NULL;
      CREATE INDEX tasks_by_account ON tasks (account_id, id) WHERE account_id IS NOT NULL;
      CREATE UNIQUE INDEX tasks_idempotency ON tasks (created_by, idempotency_key) WHERE idempotency_key IS NOT NULL;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP TABLE tasks;
      DROP FUNCTION app_clock, app_now;
    `);
  }
}

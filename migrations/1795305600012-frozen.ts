import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The chain of versions: what no update may do to a row. */
const ILLEGAL = `(n.status <> o.status AND n.version <> o.version + 1)
           OR n.version NOT IN (o.version, o.version + 1)
           OR n.lease_epoch NOT IN (o.lease_epoch, o.lease_epoch + 1)
           OR (o.lease_owner IS NOT NULL AND n.lease_owner IS DISTINCT FROM o.lease_owner AND n.lease_epoch = o.lease_epoch
               AND n.status <> 'completed' AND n.external_id IS NULL)
           OR (n.status = o.status AND n.version <> o.version AND n.status <> 'running')`;

/**
 * What has ended stays as it is: without a transition only its idempotency key may go. A question of its own, asked only when
 * the statement met such a row: whole rows in the join of the audit would cost every settled task a copy of its params and result.
 */
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
 * Judged and written in one pass over the changed rows: two passes, one to look for what is illegal and one to write, cost a
 * claimed and completed task 14 of 54 µs.
 */
const AUDIT = `
        INSERT INTO task_audit (task_id, version, generation, attempt, lease_epoch, from_status, to_status, reason, actor, detail, at)
        SELECT n.id, n.version, n.generation, n.attempt, n.lease_epoch, o.status, n.status, n.reason, n.actor,
               CASE WHEN n.reason IN ('retry', 'fail', 'time_out', 'expire', 'rescue') THEN n.error END, app_now()
        FROM new_rows n JOIN old_rows o ON o.id = n.id
        WHERE CASE
          WHEN ${ILLEGAL}
          THEN task_refuse_change(n.id, o.status, o.version, o.lease_epoch, n.status, n.version, n.lease_epoch)
          ELSE n.version <> o.version END;`;

const REFUSE = `
      CREATE OR REPLACE FUNCTION task_refuse_change(id uuid, was text, v integer, e integer, becomes text, w integer, f integer) RETURNS boolean
      LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION 'illegal change of task %: % v% e% -> % v% e%', id, was, v, e, becomes, w, f
          USING ERRCODE = 'check_violation', CONSTRAINT = 'task_audit_chain';
      END $$;`;

/** Nested loops stay off: its plan is kept from the first call, perhaps of one row, and then took 20 ms for 250 rows instead of 1. */
const auditUpdate = (checks: string): string => `
      CREATE OR REPLACE FUNCTION task_audit_update() RETURNS trigger LANGUAGE plpgsql SET enable_nestloop = off AS $$
      DECLARE
        broken record;
      BEGIN${checks}${AUDIT}
        RETURN NULL;
      END $$;`;

/** The end of a task is final in the database as well; and secrets that all processes of an installation share. */
export class Frozen1795305600012 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(REFUSE + auditUpdate(FROZEN));
    await db.query('CREATE TABLE secrets (name text PRIMARY KEY, value bytea NOT NULL)');
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE secrets');
    await db.query(auditUpdate('')); // in one pass as well, but without the rule
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What attempts leave beside the row of their task: log lines, checkpoints and files. No foreign keys: the cleaner deletes them with the task. */
export class LogsAndSteps1796000000006 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE task_logs (
        task_id uuid NOT NULL,
        -- counts the lines of the task over all attempts
        seq integer NOT NULL,
        attempt smallint NOT NULL,
        at timestamptz NOT NULL,
        level text NOT NULL CHECK (level IN ('debug', 'info', 'warn', 'error')),
        message text NOT NULL,
        data jsonb,
        PRIMARY KEY (task_id, seq)
      );

      -- Checkpoints: the output of a step for these inputs, so that a later attempt does not repeat the step.
      CREATE TABLE task_steps (
        task_id uuid NOT NULL,
        step text NOT NULL,
        -- SHA-256 of the inputs
        input_hash bytea NOT NULL,
        output jsonb NOT NULL,
        attempt smallint NOT NULL,
        at timestamptz NOT NULL,
        PRIMARY KEY (task_id, step, input_hash)
      );

      -- Files of attempts.
      CREATE TABLE task_artifacts (
        task_id uuid NOT NULL,
        lease_epoch integer NOT NULL,
        name text NOT NULL,
        attempt smallint NOT NULL,
        bytes integer NOT NULL,
        content bytea NOT NULL,
        created_at timestamptz NOT NULL,
        PRIMARY KEY (task_id, lease_epoch, name)
      );
      -- Most files are compressed already. A part of CREATE TABLE only from PostgreSQL 16.
      ALTER TABLE task_artifacts ALTER COLUMN content SET STORAGE EXTERNAL;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE task_artifacts, task_steps, task_logs');
  }
}

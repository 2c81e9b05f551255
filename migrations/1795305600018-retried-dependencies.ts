import type { MigrationInterface, QueryRunner } from 'typeorm';

const edges = (more: string): string => `
      CREATE OR REPLACE FUNCTION task_edge_allowed(from_status text, to_status text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
      $$ SELECT coalesce(from_status, '') || '>' || to_status = ANY (ARRAY[
        '>pending', '>submitted',
        'pending>submitted', 'pending>failed', 'pending>timeout', 'pending>cancelled',
        'submitted>assigned', 'submitted>running', 'submitted>timeout', 'submitted>cancelled',
        'assigned>running', 'assigned>submitted', 'assigned>failed', 'assigned>timeout', 'assigned>cancelled',
        'running>running', 'running>completed', 'running>submitted', 'running>pending', 'running>failed', 'running>timeout', 'running>cancelled',
        ${more}'failed>submitted', 'timeout>submitted', 'cancelled>submitted']) $$;`;

/** A task that is retried manually waits for its dependencies again, or for its time: it goes back to pending. */
export class RetriedDependencies1795305600018 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ${edges(`'failed>pending', 'timeout>pending', 'cancelled>pending', `)}
      -- the generations of the task in which an operator told it to run without this dependency
      ALTER TABLE task_dependencies ADD COLUMN ignored_in smallint[] NOT NULL DEFAULT '{}';
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE task_dependencies DROP COLUMN ignored_in;
      ${edges('')}
    `);
  }
}

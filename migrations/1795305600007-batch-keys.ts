import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A batch is repeatable as a whole: its Idempotency-Key stands on the batch, not on its tasks. */
export class BatchKeys1795305600007 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE task_batches
        ADD COLUMN idempotency_key text,
        ADD COLUMN request_hash bytea,
        ADD CONSTRAINT task_batches_hash CHECK ((idempotency_key IS NULL) = (request_hash IS NULL));
      CREATE UNIQUE INDEX task_batches_idempotency ON task_batches (created_by, idempotency_key) WHERE idempotency_key IS NOT NULL;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP INDEX task_batches_idempotency;
      ALTER TABLE task_batches DROP COLUMN idempotency_key, DROP COLUMN request_hash;
    `);
  }
}

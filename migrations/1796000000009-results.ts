import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Events, written in the transaction that they describe and delivered after its commit. */
export class Results1796000000009 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE outbox (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        -- or the batch
        task_id uuid NOT NULL,
        lease_epoch integer NOT NULL,
        type text NOT NULL,
        payload jsonb NOT NULL,
        created_at timestamptz NOT NULL,
        delivered_at timestamptz
      );
      CREATE INDEX outbox_open ON outbox (id) WHERE delivered_at IS NULL;
      CREATE INDEX outbox_by_task ON outbox (task_id);
      -- The cleaner deletes the oldest events.
      CREATE INDEX outbox_by_age ON outbox (created_at, id);
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE outbox');
  }
}

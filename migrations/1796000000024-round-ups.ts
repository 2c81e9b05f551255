import type { MigrationInterface, QueryRunner } from 'typeorm';

/** One round-up of an account for the same window and the same contents, however many tasks ask for it. */
export class RoundUps1796000000024 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE UNIQUE INDEX contents_round_ups ON contents (account_id, (provenance ->> 'inputsHash')) WHERE provenance ->> 'form' = 'round-up';
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP INDEX contents_round_ups');
  }
}

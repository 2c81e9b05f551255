import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The limit that the concurrency of an account set goes with the account. */
export class LimitOfErasedAccount1796000000086 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE FUNCTION account_limit_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM pg_advisory_xact_lock(7206142, hashtext('account:' || OLD.id) & 63);
        DELETE FROM limits WHERE key = 'account:' || OLD.id;
        RETURN NULL;
      END $$;
      CREATE TRIGGER account_limit_deleted AFTER DELETE ON accounts FOR EACH ROW EXECUTE FUNCTION account_limit_deleted();
      DELETE FROM limits WHERE key ~ '^account:[0-9a-f-]{36}$' AND NOT EXISTS (SELECT FROM accounts a WHERE key = 'account:' || a.id);
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP TRIGGER account_limit_deleted ON accounts;
      DROP FUNCTION account_limit_deleted();
    `);
  }
}

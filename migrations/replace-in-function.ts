import type { QueryRunner } from 'typeorm';

/** Replaces a part of a function. The rest stays as its own migration wrote it. Fails when the function has no such part. */
export async function replaceIn(db: QueryRunner, name: string, from: string, to: string): Promise<void> {
  await db.query(`
    DO $do$
    DECLARE
      before text := pg_get_functiondef('${name}'::regproc);
      after text := replace(before, $old$${from}$old$, $new$${to}$new$);
    BEGIN
      IF before = after THEN RAISE '${name} has no such part'; END IF;
      EXECUTE after;
    END $do$`);
}

import type { DataSource, EntityManager } from 'typeorm';
import type { SqlExecutor } from './pools.ts';

/**
 * The transaction of TypeORM as an executor, so that raw statements and entities commit together. It exists beside `inTransaction`
 * because `onSubmitted` of a task definition may save entities, which only the EntityManager of the transaction can.
 */
export function executorOfManager(manager: EntityManager): SqlExecutor {
  const { queryRunner } = manager;
  if (!queryRunner) throw new Error('not within a transaction');
  return {
    async query<Row extends object>(text: string, values: unknown[]): Promise<Row[]> {
      const { records } = await queryRunner.query(text, values, true);
      return (records ?? []) as Row[];
    },
  };
}

/** Runs `work` in a transaction that is always rolled back: a dry run, which checks as the real work does and stores nothing. */
export async function inRolledBackTransaction<T>(dataSource: DataSource, work: (manager: EntityManager) => Promise<T>): Promise<T> {
  const runner = dataSource.createQueryRunner();
  try {
    await runner.startTransaction();
    return await work(runner.manager);
  } finally {
    if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined); // a lost connection has rolled it back
    await runner.release();
  }
}

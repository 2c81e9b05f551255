import type { EntityManager } from 'typeorm';
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

import { beforeAll, beforeEach } from '@jest/globals';
import type { TaskResultHandlerOf } from '../../src/results/on-task-result.decorator.ts';
import type { useEngines } from '../support/engine.ts';

export interface Effect {
  task: string;
  epoch: number;
}

/**
 * A table that counts effects, and the result handler that writes to it. It has no unique key, so a second effect
 * would be stored.
 */
export function useEffects(harness: ReturnType<typeof useEngines>) {
  beforeAll(() => harness.sql(`CREATE TABLE effects (task uuid NOT NULL, epoch int NOT NULL)`));
  beforeEach(() => harness.sql(`DELETE FROM effects`));

  const handler: TaskResultHandlerOf = {
    async onCompleted(tx, task) {
      await tx.query(`INSERT INTO effects VALUES ($1, $2)`, [task.id, task.epoch]);
    },
  };
  return { handler, all: () => harness.sql<Effect>(`SELECT task, epoch FROM effects ORDER BY task`) };
}

import type { MigrationInterface, QueryRunner } from 'typeorm';
import { replaceIn } from './replace-in-function.ts';

/**
 * When a task ends, its dependents are looked up one by one with their keys. As joins they depended on the statistics of the tables: when
 * those came from a moment without dependencies, PostgreSQL read all waiting tasks for each dependency, and for a chain of 1,000 tasks
 * once more on each level. Ending the chain took longer than the time limit of a statement (30 s).
 */
export class DependentsByKey1796000000097 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    for (const [from, to] of CHANGES) await replaceIn(db, 'task_finished', from, to);
  }

  async down(db: QueryRunner): Promise<void> {
    for (const [from, to] of CHANGES.toReversed()) await replaceIn(db, 'task_finished', to, from);
  }
}

/** OFFSET 0 keeps the subquery from becoming a join, and so does the lock of a row. */
const CHANGES: readonly (readonly [from: string, to: string])[] = [
  [
    `FROM new_rows n JOIN old_rows o ON o.id = n.id JOIN task_dependencies d ON d.depends_on = n.id JOIN tasks t ON t.id = d.task_id
            WHERE n.status IN ('failed', 'timeout', 'cancelled') AND d.released_at IS NULL AND o.terminal_at IS NULL AND d.on_failure <> 'run'
              AND t.status = 'pending'`,
    `FROM new_rows n JOIN old_rows o ON o.id = n.id CROSS JOIN LATERAL (
              SELECT d.task_id, d.depends_on, d.on_failure FROM task_dependencies d
              WHERE d.depends_on = n.id AND d.released_at IS NULL AND d.on_failure <> 'run'
                AND (SELECT t.status FROM tasks t WHERE t.id = d.task_id) = 'pending' OFFSET 0) d
            WHERE n.status IN ('failed', 'timeout', 'cancelled') AND o.terminal_at IS NULL`,
  ],
  [
    `FROM unreachable u JOIN task_dependencies d ON d.depends_on = u.task_id JOIN tasks t ON t.id = d.task_id
            WHERE d.released_at IS NULL AND d.on_failure <> 'run' AND t.status = 'pending')`,
    `FROM unreachable u CROSS JOIN LATERAL (
              SELECT d.task_id, d.depends_on, d.on_failure FROM task_dependencies d
              WHERE d.depends_on = u.task_id AND d.released_at IS NULL AND d.on_failure <> 'run'
                AND (SELECT t.status FROM tasks t WHERE t.id = d.task_id) = 'pending' OFFSET 0) d)`,
  ],
  [
    `FROM satisfied GROUP BY task_id) s
            JOIN tasks t ON t.id = s.task_id WHERE t.status = 'pending' ORDER BY t.id FOR NO KEY UPDATE OF t)`,
    `FROM satisfied GROUP BY task_id ORDER BY task_id) s
            CROSS JOIN LATERAL (SELECT id FROM tasks WHERE id = s.task_id AND status = 'pending' FOR NO KEY UPDATE) t)`,
  ],
  [
    `ORDER BY task_id, on_failure DESC, depends_on) f
            JOIN tasks t ON t.id = f.task_id WHERE t.status = 'pending' ORDER BY t.id FOR NO KEY UPDATE OF t)`,
    `ORDER BY task_id, on_failure DESC, depends_on) f
            CROSS JOIN LATERAL (SELECT id FROM tasks WHERE id = f.task_id AND status = 'pending' FOR NO KEY UPDATE) t)`,
  ],
];

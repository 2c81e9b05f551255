import type { TaskCriteria } from '../task-criteria.ts';
import type { BulkAction } from './bulk-action.ts';

/** The tasks of a bulk operation. */
export interface BulkSelection {
  readonly action: BulkAction;
  readonly criteria: TaskCriteria;
  /** The new priority of reprioritise. */
  readonly priority: number | null;
  /** The task of the operation: it is not selected itself, nor are tasks submitted after it. Null for a preview. */
  readonly operationId: string | null;
}

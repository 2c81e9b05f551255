import { ConfigurationError } from '../../platform/config/configuration-error.ts';
import type { Settings } from '../../platform/config/settings.ts';
import { OPERATIONS_QUEUE } from '../../tasks/bulk/paged-operation.ts';
import { ISOLATED_QUEUE, type TaskDefinitionRegistry } from '../../tasks/definitions/task-definition.registry.ts';

/** slots of this process by queue */
export type WorkerSlots = Readonly<Record<string, number>>;

/** Bulk operations of one process: each is a chain of statements, so more of them would only wait in the database. */
const OPERATIONS_AT_ONCE = 2;

export function slotsOf(settings: Settings): WorkerSlots {
  return Object.fromEntries(Object.entries(knownQueues(settings)).filter(([, count]) => count > 0));
}

/** Includes queues with 0 slots, which other processes serve. */
function knownQueues({ workerConcurrency, asyncWorkerCount, asyncMaxConcurrentTasks, queueSlots }: Settings): WorkerSlots {
  return {
    default: workerConcurrency,
    [OPERATIONS_QUEUE]: OPERATIONS_AT_ONCE,
    content: Math.min(asyncWorkerCount, asyncMaxConcurrentTasks),
    ...queueSlots,
  };
}

/**
 * Prevents the start of a worker whose settings do not contain the queue of a task, because its tasks would wait for
 * ever. `QUEUE_SLOTS=name=0` names a queue that only other processes serve.
 */
export function checkQueuesServed(definitions: Pick<TaskDefinitionRegistry, 'all' | 'originOf'>, settings: Settings): void {
  const known = new Set([...Object.keys(knownQueues(settings)), ISOLATED_QUEUE]);
  const unserved = definitions.all().filter(({ queue, runBy }) => runBy === 'workers' && !known.has(queue));
  if (unserved.length === 0) return;
  const lines = unserved.map(
    ({ name, queue }) =>
      `  The task "${name}" of ${definitions.originOf(name)} has the queue "${queue}". Correct it, or add ${queue}=2 to QUEUE_SLOTS (${queue}=0 where only other processes serve it).`,
  );
  throw new ConfigurationError(`No worker serves these queues; QUEUE_SLOTS does not name them:\n${lines.join('\n')}`);
}

/** A warning for each batch that no worker of this process fills. */
export function unfilledBatches(definitions: Pick<TaskDefinitionRegistry, 'all'>, slots: WorkerSlots): string[] {
  return definitions.all().flatMap(({ name, queue, batch }) => {
    const own = slots[queue] ?? 0;
    if (batch === undefined || own === 0 || own >= batch.size) return [];
    return `The task "${name}" takes batches of ${batch.size}, but its queue "${queue}" has ${own} slots here, so a batch has at most ${own} tasks. Raise the slots of the queue, or lower the size.`;
  });
}

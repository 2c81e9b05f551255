import type { ClaimedTask } from '../../core/task/task.ts';
import { isRecorded, isTracing, startSpan } from '../../platform/telemetry/tracing/tracing.ts';
import type { ClaimRequest } from '../../queue/task-queue.ts';

/**
 * A span in the trace of each recorded task of a claim, with the context of which the attempt continues. They have the time of the
 * statement in common; the first one has links to the others.
 */
export function traceClaim(
  tasks: ClaimedTask[],
  { queue, owner }: Pick<ClaimRequest, 'queue' | 'owner'>,
  startedAt: number,
): ClaimedTask[] {
  if (!isTracing()) return tasks;
  const recorded = tasks.map(({ traceContext }) => traceContext).filter(isRecorded);
  return tasks.map((task) => {
    if (!isRecorded(task.traceContext)) return task;
    const span = startSpan(`claim ${queue}`, {
      kind: 'consumer',
      parent: task.traceContext,
      links: task.traceContext === recorded[0] ? recorded.slice(1) : [],
      attributes: { 'contenthub.task.id': task.id, 'contenthub.owner': owner, 'db.operation.batch.size': tasks.length },
      startedAt,
    });
    span.end();
    return { ...task, traceContext: span.traceContext };
  });
}

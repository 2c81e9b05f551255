import type { ClaimedTask } from '../../core/task/task.ts';
import { isTracing, startLinkedSpan } from '../../platform/telemetry/tracing/tracing.ts';
import type { ClaimRequest } from '../../queue/task-queue.ts';

/**
 * A span for the statement of a claim, in the trace of its first recorded task and linked to all of them, as for other statements. A
 * span in each trace would be a third of the cost of tracing.
 */
export function traceClaim(
  tasks: readonly ClaimedTask[],
  { queue, owner }: Pick<ClaimRequest, 'queue' | 'owner'>,
  startedAt: number,
): void {
  if (!isTracing()) return;
  const contexts = tasks.map(({ traceContext }) => traceContext);
  const attributes = { 'contenthub.owner': owner, 'db.operation.batch.size': tasks.length };
  startLinkedSpan(`claim ${queue}`, contexts, { kind: 'client', attributes, startedAt })?.end();
}

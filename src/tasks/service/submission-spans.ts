import type { NewTask } from '../../engine/task-store.ts';
import { withTraceContext } from '../../platform/telemetry/tracing/trace-scope.ts';
import { isRecorded, isTracing, mayRecord, type Span, startSpan } from '../../platform/telemetry/tracing/tracing.ts';

/** A span for each submitted task: what its attempts have as their parent, in any process. */
export class SubmissionSpans {
  private readonly spans = new WeakMap<NewTask, Span>();

  /** The task with the context of its span. A task that is not recorded keeps its context unchanged, so that no useless traceparent is stored. */
  begin(task: NewTask): NewTask {
    if (!mayRecord(task.traceContext)) return task;
    const span = startSpan(`submit ${task.name}`, {
      kind: 'producer',
      parent: task.traceContext,
      attributes: { 'contenthub.task.id': task.id, 'contenthub.task.name': task.name, 'contenthub.queue': task.queue },
    });
    if (!isRecorded(span.traceContext)) return task;
    const traced = { ...task, traceContext: span.traceContext };
    this.spans.set(traced, span);
    return traced;
  }

  /** Runs the statement of the tasks; a failure ends their spans. */
  async storing<T>(tasks: readonly NewTask[], store: () => Promise<T>): Promise<T> {
    if (!isTracing()) return store();
    try {
      return await withTraceContext(tasks[0]?.traceContext ?? null, store);
    } catch (error) {
      for (const task of tasks) {
        this.spans.get(task)?.fail(error);
        this.end(task);
      }
      throw error;
    }
  }

  end(task: NewTask): void {
    this.spans.get(task)?.end();
    this.spans.delete(task);
  }
}

import { AsyncLocalStorage } from 'node:async_hooks';

/** What the current work belongs to: log lines, new tasks, events and outbound requests read it. */
export interface TraceScope {
  /** W3C traceparent of version 00; null without one. */
  readonly traceContext: string | null;
  readonly taskId?: string;
}

const scopes = new AsyncLocalStorage<TraceScope>();

export function runInTrace<T>(scope: TraceScope, work: () => T): T {
  return scopes.run(scope, work);
}

/** As `runInTrace`, for the same task. */
export function withTraceContext<T>(traceContext: string | null, work: () => T): T {
  return scopes.run({ ...scopes.getStore(), traceContext }, work);
}

export function currentTraceContext(): string | null {
  return scopes.getStore()?.traceContext ?? null;
}

/** The members that a log line gets, by the names of OpenTelemetry's log data model. */
export function traceLogFields(): object {
  const scope = scopes.getStore();
  if (scope === undefined) return {};
  const { traceContext, taskId } = scope;
  return {
    ...(traceContext !== null && { trace_id: traceContext.slice(3, 35), span_id: traceContext.slice(36, 52) }),
    ...(taskId !== undefined && { taskId }),
  };
}

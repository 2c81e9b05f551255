import { currentTraceContext, withTraceContext } from './trace-scope.ts';
import { unrecordedContext } from './unrecorded-context.ts';

export type SpanKind = 'server' | 'client' | 'producer' | 'consumer' | 'internal';
type Attributes = Readonly<Record<string, string | number | boolean>>;

export interface SpanOptions {
  readonly kind?: SpanKind;
  /** W3C traceparent; null begins a trace. Default: that of the current scope. */
  readonly parent?: string | null;
  /** W3C traceparents of other spans that this one concerns. */
  readonly links?: readonly string[];
  readonly attributes?: Attributes;
  /** A reading of performance.now(). Default: now. */
  readonly startedAt?: number;
}

export interface Span {
  /** What children name as their parent. Without a recorded span: the parent. */
  readonly traceContext: string | null;
  setName(name: string): void;
  set(attributes: Attributes): void;
  fail(error: unknown): void;
  end(): void;
}

/** Records spans; see otel-backend.ts. */
export interface TracingBackend {
  start(name: string, options: SpanOptions & { parent: string | null }): Span;
  /** Sends what is recorded. */
  stop(): Promise<void>;
}

/**
 * Process-wide, as in OpenTelemetry's own API: statement batchers, statements and HTTP hooks are not providers. Undefined without
 * OTEL_EXPORTER_OTLP_ENDPOINT; the SDK is not loaded then.
 */
let backend: TracingBackend | undefined;

export function useTracing(next: TracingBackend | undefined): void {
  backend = next;
}

export function isTracing(): boolean {
  return backend !== undefined;
}

/** True for a context whose spans are recorded by this process. */
export function isRecorded(traceContext: string | null): traceContext is string {
  return backend !== undefined && traceContext !== null && isSampled(traceContext);
}

/** False for a context of which nothing can become a span: without tracing, and in a trace that is not recorded. */
export function mayRecord(traceContext: string | null): boolean {
  return backend !== undefined && (traceContext === null || isSampled(traceContext));
}

/**
 * The context that the work of a task continues. A task without one was submitted outside of a recorded trace: without this, each
 * outbound request of it would begin a trace of its own.
 */
export function contextOfTask(traceContext: string | null): string | null {
  return traceContext ?? (isTracing() ? unrecordedContext() : null);
}

export async function stopTracing(): Promise<void> {
  await backend?.stop();
  backend = undefined;
}

/** The last bit of the flags, two hexadecimal digits. A child follows the decision of its parent, in any process. */
const isSampled = (traceContext: string): boolean => SAMPLED.has(traceContext.charCodeAt(54));
const SAMPLED: ReadonlySet<number> = new Set([...'13579bdf'].map((digit) => digit.charCodeAt(0)));

export function startSpan(name: string, options: SpanOptions = {}): Span {
  const parent = options.parent === undefined ? currentTraceContext() : options.parent;
  if (backend === undefined || !mayRecord(parent)) return new UnrecordedSpan(parent);
  return backend.start(name, { ...options, parent });
}

/**
 * A span for work that concerns several tasks: in the trace of the first context that is recorded, and linked to all of them. Undefined
 * when none is recorded.
 */
export function startLinkedSpan(
  name: string,
  traceContexts: readonly (string | null)[],
  options: Omit<SpanOptions, 'parent' | 'links'>,
): Span | undefined {
  const links = [...new Set(traceContexts.filter(isRecorded))];
  const [parent] = links;
  return parent === undefined ? undefined : startSpan(name, { ...options, parent, links });
}

/** Runs `work` within a span. A rejection fails the span and is passed on. */
export async function inSpan<T>(name: string, options: SpanOptions, work: (span: Span) => Promise<T>): Promise<T> {
  const span = startSpan(name, options);
  try {
    return await (span.traceContext === null ? work(span) : withTraceContext(span.traceContext, () => work(span)));
  } catch (error) {
    span.fail(error);
    throw error;
  } finally {
    span.end();
  }
}

/** Of a trace that is not recorded. */
export class UnrecordedSpan implements Span {
  constructor(readonly traceContext: string | null) {}
  setName(): void {}
  set(): void {}
  fail(): void {}
  end(): void {}
}

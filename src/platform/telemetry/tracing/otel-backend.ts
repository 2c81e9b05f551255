import { type Context, diag, DiagLogLevel, ROOT_CONTEXT, type Span as OtelSpan, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { AlwaysOnSampler, BatchSpanProcessor, ParentBasedSampler, TracerProvider } from '@opentelemetry/sdk-trace';
import { hostname } from 'node:os';
import { productVersion } from '../../config/product-version.ts';
import type { Settings } from '../../config/settings.ts';
import { endsWithin } from '../../lifecycle/with-timeout.ts';
import { type Span, type SpanOptions, type TracingBackend, UnrecordedSpan } from './tracing.ts';
import { unrecordedContext } from './unrecorded-context.ts';

type TracingSettings = Pick<
  Settings,
  'otelExporterOtlpEndpoint' | 'otelExporterOtlpHeaders' | 'otelServiceName' | 'otelTracesSamplerArg' | 'appRoles'
>;

const KINDS = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
  internal: SpanKind.INTERNAL,
} as const;
/** At the end of a process the collector may be gone too. */
const STOP_MS = 2_000;
const EXPORT_MS = 5_000;
const WARN_EVERY_MS = 60_000;
const MAX_ERROR = 500;

/** Sends spans to a collector: OTLP over HTTP in JSON, in batches. A collector that is away loses spans and delays nothing. */
export function createOtelBackend(settings: TracingSettings, warn: (text: string) => void): TracingBackend {
  reportProblems(warn);
  const exporter = new OTLPTraceExporter({
    url: `${settings.otelExporterOtlpEndpoint?.replace(/\/+$/, '')}/v1/traces`,
    headers: headersOf(settings.otelExporterOtlpHeaders),
    timeoutMillis: EXPORT_MS,
  });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      'service.name': settings.otelServiceName,
      'service.version': productVersion(),
      'service.instance.id': `${hostname()}:${process.pid}`,
      'contenthub.roles': settings.appRoles.join(','),
    }),
    // Whether a trace is recorded is decided in start(), before the SDK is asked.
    sampler: new ParentBasedSampler({ root: new AlwaysOnSampler() }),
    spanProcessors: [
      new BatchSpanProcessor({ exporter, scheduledDelayMillis: 1_000, maxQueueSize: 8_192, exportTimeoutMillis: EXPORT_MS }),
    ],
  });
  const tracer = provider.getTracer('contenthub');
  return {
    start(name, { parent, links = [], kind = 'internal', attributes, startedAt }) {
      if (parent === null && Math.random() >= settings.otelTracesSamplerArg) return new UnrecordedSpan(unrecordedContext());
      const options = {
        kind: KINDS[kind],
        attributes: { ...attributes },
        links: links.map((link) => ({ context: toSpanContext(link) })),
        startTime: startedAt === undefined ? undefined : performance.timeOrigin + startedAt,
      };
      return new RecordedSpan(tracer.startSpan(name, options, contextOf(parent)));
    },
    async stop() {
      await endsWithin(STOP_MS, provider.shutdown());
    },
  };
}

class RecordedSpan implements Span {
  readonly traceContext: string;

  constructor(private readonly span: OtelSpan) {
    const { traceId, spanId, traceFlags } = span.spanContext();
    this.traceContext = `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
  }

  setName(name: string): void {
    this.span.updateName(name);
  }

  set(attributes: NonNullable<SpanOptions['attributes']>): void {
    this.span.setAttributes(attributes);
  }

  fail(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    this.span.setStatus({ code: SpanStatusCode.ERROR, message: message.slice(0, MAX_ERROR) });
  }

  end(): void {
    this.span.end();
  }
}

function toSpanContext(traceContext: string) {
  const [, traceId = '', spanId = '', flags = '0'] = traceContext.split('-');
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
}

const contextOf = (parent: string | null): Context =>
  parent === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, toSpanContext(parent));

/** `key=value,key=value`, percent-encoded, as OpenTelemetry defines the variable. */
function headersOf(text: string | undefined): Record<string, string> {
  const pairs = (text ?? '').split(',').filter((pair) => pair.includes('='));
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      return [pair.slice(0, at).trim(), decodeURIComponent(pair.slice(at + 1).trim())];
    }),
  );
}

/** The SDK reports through `diag` only. One line a minute: a collector that is away fails every batch. */
function reportProblems(warn: (text: string) => void): void {
  let warnedAt = Number.NEGATIVE_INFINITY;
  const report = (message: string): void => {
    if (performance.now() - warnedAt < WARN_EVERY_MS) return;
    warnedAt = performance.now();
    warn(`Traces could not be sent: ${message.slice(0, MAX_ERROR)}`);
  };
  const ignore = (): void => undefined;
  diag.setLogger(
    { error: report, warn: report, info: ignore, debug: ignore, verbose: ignore },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
}

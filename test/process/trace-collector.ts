import { startStub } from '../channels/stub-server.ts';

type Value = Partial<Record<'stringValue' | 'intValue' | 'doubleValue' | 'boolValue', string | number | boolean>>;
interface KeyValue {
  key: string;
  value: Value;
}
interface OtlpSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  links?: { traceId: string; spanId: string }[];
  status?: { code?: number; message?: string };
  attributes?: KeyValue[];
}
interface OtlpBody {
  resourceSpans: { resource: { attributes: KeyValue[] }; scopeSpans: { spans: OtlpSpan[] }[] }[];
}

export interface CollectedSpan extends Pick<OtlpSpan, 'traceId' | 'spanId' | 'name' | 'kind'> {
  parentId: string | null;
  /** Span ids. */
  links: string[];
  failed: boolean;
  attributes: Record<string, unknown>;
  /** `service.instance.id` of its process. */
  process: unknown;
}

const toRecord = (pairs: readonly KeyValue[] = []) => Object.fromEntries(pairs.map(({ key, value }) => [key, Object.values(value)[0]]));

/** An OpenTelemetry collector: OTLP over HTTP, JSON. */
export async function startTraceCollector() {
  const spans: CollectedSpan[] = [];
  const seen: { url: string; contentType: string | undefined; authorization: string | undefined }[] = [];
  const stub = await startStub(({ url, headers, body }) => {
    seen.push({ url: url.pathname, contentType: headers['content-type'], authorization: headers.authorization });
    const { resourceSpans } = JSON.parse(body.toString()) as OtlpBody;
    for (const { resource, scopeSpans } of resourceSpans) {
      const { 'service.instance.id': process } = toRecord(resource.attributes);
      for (const span of scopeSpans.flatMap((scope) => scope.spans)) {
        const { traceId, spanId, name, kind, parentSpanId, links = [], status, attributes } = span;
        const parentId = parentSpanId === undefined || parentSpanId === '' ? null : parentSpanId;
        const linked = links.map((link) => link.spanId);
        spans.push({
          traceId,
          spanId,
          name,
          kind,
          parentId,
          links: linked,
          failed: status?.code === 2,
          attributes: toRecord(attributes),
          process,
        });
      }
    }
    return { status: 200 };
  });
  return { url: `http://127.0.0.1:${stub.port}`, spans, seen, stop: () => stub.stop() };
}

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { parseTraceparent } from '../../core/trace/traceparent.ts';
import { runInTrace } from '../../platform/telemetry/tracing/trace-scope.ts';
import { type Span, startSpan } from '../../platform/telemetry/tracing/tracing.ts';

/** Answered every few seconds, and of no interest in a trace. */
const UNTRACED = /^\/health(\/|$|\?)/;

/** A span for each request. Addresses are not recorded: a preview link contains a token. */
export function traceRequests(server: FastifyInstance): void {
  const spans = new WeakMap<FastifyRequest, Span>();
  server.addHook('onRequest', (request, _, done) => {
    if (!UNTRACED.test(request.url)) {
      const parent = parseTraceparent(request.headers.traceparent);
      spans.set(request, startSpan(request.method, { kind: 'server', parent, attributes: { 'http.request.method': request.method } }));
    }
    done();
  });
  // Not in onRequest: the body is read in the context of its socket, and the handler would run there.
  server.addHook('preHandler', (request, _, done) => {
    const span = spans.get(request);
    if (span) runInTrace({ traceContext: span.traceContext }, done);
    else done();
  });
  server.addHook('onResponse', (request, reply, done) => {
    const span = spans.get(request);
    const route = request.routeOptions.url ?? 'unknown';
    span?.setName(`${request.method} ${route}`);
    span?.set({ 'http.route': route, 'http.response.status_code': reply.statusCode, 'contenthub.request.id': request.id });
    if (reply.statusCode >= 500) span?.fail(`status ${reply.statusCode}`);
    span?.end();
    done();
  });
}

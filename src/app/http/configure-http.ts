import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { join } from 'node:path';
import { shutdownPlan } from '../../core/shutdown-plan.ts';
import { AuthGuard } from '../../platform/auth/auth.guard.ts';
import { isLoopbackHost, type Settings } from '../../platform/config/settings.ts';
import { installBodyGuard } from '../../platform/http/body-guard.ts';
import { installHostGuard } from '../../platform/http/host-guard.ts';
import { ProblemError } from '../../platform/http/problem.ts';
import { Draining } from '../../platform/lifecycle/drain.ts';
import { Logger } from '../../platform/telemetry/logger.ts';
import { isTracing } from '../../platform/telemetry/tracing/tracing.ts';
import { productFolder } from '../../platform/config/product-version.ts';
import { boardQueues } from '../bull-board/board-queues.ts';
import { mountBullBoard } from '../bull-board/bull-board.ts';
import type { JsonSchema } from '../../core/text/inline-references.ts';
import { ParamsSchemas } from '../../tasks/definitions/params-schemas.ts';
import { buildOpenApi } from './openapi/build-openapi.ts';
import { traceRequests } from './trace-requests.ts';
import { serveAdmin } from './admin/serve-admin.ts';
import { mountApiDocs } from './api-docs.ts';
import { boundConnections } from './bound-connections.ts';
import { setResponseHeaders } from './response-headers.ts';

/** Configures an application with an HttpAdapter. Call it before init(). */
export function configureHttp(app: NestFastifyApplication, settings: Settings): void {
  const server = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  const draining = app.get(Draining);
  server.decorateRequest('principal', null);
  server.decorateRequest('requiredPermission', null);
  if (isTracing()) traceRequests(server);
  server.addHook('onRequest', (request, reply, done) => {
    setResponseHeaders(request, reply);
    if (draining.active) reply.header('connection', 'close'); // so that the client's next request reaches another process
    done(draining.refusing ? isDraining() : undefined);
  });
  server.addHook('preClose', (done) => {
    draining.refuse();
    done();
  });
  boundConnections(server, app.get(Logger), shutdownPlan(settings.shutdownTimeoutMs).answersMs);
  if (settings.embedded && isLoopbackHost(settings.host)) installHostGuard(server);
  installBodyGuard(server);
  if (settings.queueDriverInUse === 'bullmq') mountBullBoard(server, { guard: app.get(AuthGuard), queues: () => boardQueues(app) });
  mountApiDocs(app, server, settings.production);
  app.get(ParamsSchemas).provide(() => (buildOpenApi(app).components?.schemas ?? {}) as Record<string, JsonSchema>);
  serveAdmin(server, join(productFolder(), 'admin/dist'));
}

function isDraining(): ProblemError {
  return ProblemError.unavailable('draining', 'This process is shutting down.', { retryAfter: 1 });
}

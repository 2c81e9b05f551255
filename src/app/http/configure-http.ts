import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule } from '@nestjs/swagger';
import type { FastifyInstance } from 'fastify';
import { AuthGuard } from '../../platform/auth/auth.guard.ts';
import { isLoopbackHost, type Settings } from '../../platform/config/settings.ts';
import { installBodyGuard } from '../../platform/http/body-guard.ts';
import { installHostGuard } from '../../platform/http/host-guard.ts';
import { ProblemError } from '../../platform/http/problem.ts';
import { Draining } from '../../platform/lifecycle/drain.ts';
import { Logger } from '../../platform/telemetry/logger.ts';
import { boardQueues } from '../bull-board/board-queues.ts';
import { mountBullBoard } from '../bull-board/bull-board.ts';
import { boundConnections } from './bound-connections.ts';
import { buildOpenApi } from './openapi/build-openapi.ts';
import { isDocsRoute, setResponseHeaders } from './response-headers.ts';

/** Prepares an application made with HttpAdapter, before it is initialised. */
export function configureHttp(app: NestFastifyApplication, settings: Settings): void {
  const server = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  const draining = app.get(Draining);
  server.decorateRequest('principal', null);
  server.addHook('onRequest', (request, reply, done) => {
    setResponseHeaders(request, reply);
    if (draining.active) reply.header('connection', 'close'); // the client's next request finds another process
    done(draining.refusing ? isDraining() : undefined);
  });
  server.addHook('preClose', (done) => {
    draining.refuse();
    done();
  });
  boundConnections(server, app.get(Logger));
  if (settings.embedded && isLoopbackHost(settings.host)) installHostGuard(server);
  installBodyGuard(server);
  if (settings.queueDriverInUse === 'bullmq') mountBullBoard(server, { guard: app.get(AuthGuard), queues: () => boardQueues(app) });
  if (settings.production) guardDocs(server, app.get(AuthGuard));
  SwaggerModule.setup('docs', app, () => buildOpenApi(app), {
    jsonDocumentUrl: 'openapi.json',
    raw: ['json'],
    customSiteTitle: 'ContentHub API',
  });
}

function isDraining(): ProblemError {
  return ProblemError.unavailable('draining', 'This process is shutting down.', { retryAfter: 1 });
}

/** Swagger's routes are not Nest's, so Nest's guards do not see them. */
function guardDocs(server: FastifyInstance, guard: AuthGuard): void {
  server.addHook('onRequest', async (request) => {
    if (isDocsRoute(request)) await guard.authorize(request.headers.authorization, 'admin', request.ip);
  });
}

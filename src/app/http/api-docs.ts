import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule } from '@nestjs/swagger';
import type { FastifyInstance } from 'fastify';
import { AuthGuard } from '../../platform/auth/auth.guard.ts';
import { setContentPolicy } from '../../platform/http/content-policy.ts';
import { buildOpenApi } from './openapi/build-openapi.ts';

/**
 * Swagger UI and the OpenAPI document. Their routes are not Nest's, so Nest's guards do not run for them. They are registered in a
 * scope of their own, whose hooks run for its routes and no other. `guarded`: they take a key or session with the permission docs:read.
 */
export function mountApiDocs(app: NestFastifyApplication, server: FastifyInstance, guarded: boolean): void {
  void server.register((scope, _options, done) => {
    setContentPolicy(scope, 'docs');
    if (guarded) {
      const guard = app.get(AuthGuard);
      scope.addHook('onRequest', (request) => guard.authorizeSender(request, 'docs:read'));
    }
    SwaggerModule.setup('docs', inScope(app, scope), () => buildOpenApi(app), {
      jsonDocumentUrl: 'openapi.json',
      raw: ['json'],
      customSiteTitle: 'ContentHub API',
    });
    done();
  });
}

/** The same application, whose adapter registers routes in the scope. */
function inScope(app: NestFastifyApplication, scope: FastifyInstance): NestFastifyApplication {
  const adapter = Object.create(app.getHttpAdapter(), { instance: { value: scope } }) as unknown;
  return Object.create(app, { getHttpAdapter: { value: () => adapter } }) as NestFastifyApplication;
}

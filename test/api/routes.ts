import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { request } from 'node:http';

/** Every route of the router, as `GET /accounts/:id`, without Swagger's pages. */
export function routesOf(app: NestFastifyApplication): string[] {
  const server = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  const branch: string[] = [];
  const routes: string[] = [];
  for (const line of server.printRoutes({ commonPrefix: false }).split('\n')) {
    const [, indent = '', segment = '', methods = ''] = /^([│ ]*)[├└]── (\S+)(?: \((.*)\))?/.exec(line) ?? [];
    if (segment === '') continue;
    branch.splice(indent.length / 4, Number.POSITIVE_INFINITY, segment);
    routes.push(...methods.split(', ').map((method) => `${method} ${branch.join('')}`));
  }
  return routes.filter((route) => !/ \/(docs|openapi\.json|admin)/.test(route));
}

/** The status of a request whose path is sent unchanged; fetch would normalise it. */
export function statusOf(url: string, method: string, path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, path }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    });
    sent.on('error', reject).end();
  });
}

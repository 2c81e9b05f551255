import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';

const PARTS = 'contenthub:route-config';

/** Adds members to the Fastify config of a route. Nest's own decorator replaces what another one set. */
export function AddRouteConfig(part: object): MethodDecorator {
  return (target, key, descriptor) => {
    const handler = descriptor.value as object;
    const config = { ...(Reflect.getMetadata(PARTS, handler) as object | undefined), ...part };
    Reflect.defineMetadata(PARTS, config, handler);
    RouteConfig(config)(target, key, descriptor);
  };
}

/** Adds members to the config of every route that is registered in this scope afterwards: for routes that are not Nest's. */
export function addRouteConfig(scope: FastifyInstance, part: object): void {
  scope.addHook('onRoute', (route) => {
    route.config = { ...route.config, ...part };
  });
}

export function routeConfigOf(request: FastifyRequest, name: string): unknown {
  return Reflect.get(request.routeOptions.config ?? {}, name);
}

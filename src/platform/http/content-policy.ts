import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AddRouteConfig, addRouteConfig, routeConfigOf } from './route-config.ts';

/** Values of the header Content-Security-Policy, by what a route answers. */
export const CONTENT_POLICIES = {
  /** Data: nothing may run or load. The policy of every route that declares no other. */
  data: "default-src 'none'; frame-ancestors 'none'",
  /** A generated page: its styles and pictures are inside it, and nothing may run or be loaded from elsewhere. */
  page: "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  /** A file that a person uploaded: also opened in a window of its own it runs nothing and has no origin. */
  file: "default-src 'none'; sandbox; frame-ancestors 'none'",
  /** Swagger UI draws its icons from data: addresses and styles elements in place. */
  docs: "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  /** Bull Board sets the base address of its page and styles elements in place. Its fonts from elsewhere are not loaded. */
  board:
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'self'; form-action 'none'",
} as const;

export type ContentPolicyName = keyof typeof CONTENT_POLICIES;

const CONFIG = 'contentPolicy';

/** The policy of a route whose answers are shown by a browser. */
export function ContentPolicy(name: ContentPolicyName): MethodDecorator {
  return AddRouteConfig({ [CONFIG]: name });
}

/** The policy of every route that is registered in this scope afterwards. */
export function setContentPolicy(scope: FastifyInstance, name: ContentPolicyName): void {
  addRouteConfig(scope, { [CONFIG]: name });
}

/** Of the matched route: the spelling of the path has no influence. */
export function contentPolicyOf(request: FastifyRequest): string {
  const name = routeConfigOf(request, CONFIG) as ContentPolicyName | undefined;
  return CONTENT_POLICIES[name ?? 'data'];
}

import type { FastifyReply, FastifyRequest } from 'fastify';
import { BOARD_PATH } from '../bull-board/bull-board.ts';

const COMMON = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
};
/** Answers are data: nothing in them may run or load. Pages set a policy of their own over this one. */
const DATA_POLICY = "default-src 'none'; frame-ancestors 'none'";
/** Swagger UI draws its icons from data: addresses and styles elements in place. */
const DOCS_POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/** Bull Board's page styles elements in place; its fonts from elsewhere stay out. */
const BOARD_POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'self'; form-action 'none'";

export function isDocsRoute(request: FastifyRequest): boolean {
  const { url } = request.routeOptions; // the matched pattern: no other spelling of the path gets here
  return url === '/openapi.json' || url === '/docs' || (url?.startsWith('/docs/') ?? false);
}

function policyOf(request: FastifyRequest): string {
  if (isDocsRoute(request)) return DOCS_POLICY;
  return request.routeOptions.url?.startsWith(BOARD_PATH) ? BOARD_POLICY : DATA_POLICY;
}

export function setResponseHeaders(request: FastifyRequest, reply: FastifyReply): void {
  reply.headers(COMMON);
  reply.header('content-security-policy', policyOf(request));
  reply.header('x-request-id', request.id);
}

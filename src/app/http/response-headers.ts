import type { FastifyReply, FastifyRequest } from 'fastify';
import { contentPolicyOf } from '../../platform/http/content-policy.ts';

const COMMON = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
};

export function setResponseHeaders(request: FastifyRequest, reply: FastifyReply): void {
  reply.headers(COMMON);
  reply.header('content-security-policy', contentPolicyOf(request));
  reply.header('x-request-id', request.id);
}

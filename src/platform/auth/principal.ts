import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { CallerRole } from './roles.ts';

/** Who sent the request. `id` is the id of the API key, or of the agent; the `name` of an agent is what it signs its leases with. */
export interface Principal {
  id: string;
  name: string;
  role: CallerRole;
}

export interface AuthenticatedRequest extends FastifyRequest {
  principal: Principal | null;
}

/** The sender of the request, in a handler that is not public. */
export const CurrentPrincipal = createParamDecorator((_: unknown, context: ExecutionContext): Principal => {
  const { principal } = context.switchToHttp().getRequest<AuthenticatedRequest>();
  if (!principal) throw new Error('@CurrentPrincipal() in a public route: nobody has to be known there');
  return principal;
});

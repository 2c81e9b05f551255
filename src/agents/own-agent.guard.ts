import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { ApiParamOptions } from '@nestjs/swagger';
import type { AuthenticatedRequest, Principal } from '../platform/auth/principal.ts';
import { ProblemError } from '../platform/http/problem.ts';

/** The path parameter that @OwnAgent() reads: the API description learns it from here. */
export const AGENT_ID: ApiParamOptions = {
  name: 'agentId',
  schema: { type: 'string', format: 'uuid' },
  description: 'Of the agent whose token is sent.',
};
export const LEASE_LOST = { description: 'The task is not leased to this agent under this epoch, or was not started: stop working on it.' };

/** An agent speaks of itself only: of others it does not even hear whether they exist. @throws {ProblemError} 404 */
export function requireOwnAgent(agentId: string, { id, role }: Principal): void {
  if (role === 'agent' && agentId.toLowerCase() !== id) {
    throw ProblemError.notFound('agent_not_found', `There is no agent "${agentId.slice(0, 100)}".`);
  }
}

/** The agent that sent the request, in a route beneath `agents/:agentId`. */
export const OwnAgent = createParamDecorator((_: unknown, context: ExecutionContext): Principal => {
  const { principal, params } = context.switchToHttp().getRequest<AuthenticatedRequest>();
  if (principal?.role !== 'agent') throw new Error('@OwnAgent() in a route that others than agents may call');
  requireOwnAgent((params as { agentId: string }).agentId, principal);
  return principal;
});

import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { ApiParamOptions } from '@nestjs/swagger';
import { type AgentPrincipal, type AuthenticatedRequest, isAgent, type Principal } from '../platform/auth/principal.ts';
import { ProblemError } from '../platform/http/problem.ts';

/** The path parameter that @OwnAgent() reads, for the API description. */
export const AGENT_ID: ApiParamOptions = {
  name: 'agentId',
  schema: { type: 'string', format: 'uuid' },
  description: 'The agent whose token is sent.',
};
export const LEASE_LOST = { description: 'The task is not leased to this agent under this epoch, or was not started: stop working on it.' };

/** An agent may name only itself; another agent's id is answered like an unknown one. @throws {ProblemError} 404 */
export function requireOwnAgent(agentId: string, principal: Principal): void {
  if (isAgent(principal) && agentId.toLowerCase() !== principal.id) {
    throw ProblemError.notFound('agent_not_found', `There is no agent "${agentId.slice(0, 100)}".`);
  }
}

/** The agent that sent the request, in a route below `agents/:agentId`. */
export const OwnAgent = createParamDecorator((_: unknown, context: ExecutionContext): AgentPrincipal => {
  const { principal, params } = context.switchToHttp().getRequest<AuthenticatedRequest>();
  if (!isAgent(principal)) throw new Error('@OwnAgent() in a route that does not require agents:work');
  requireOwnAgent((params as { agentId: string }).agentId, principal);
  return principal;
});

import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { AccountScope } from '../../core/actor/account-scope.ts';
import { formatActor } from '../../core/actor/actor.ts';
import type { Permission } from './permissions.ts';
import type { Role } from './roles.ts';

/** A user signs in, a key belongs to a program or a person's scripts, an agent leases tasks. */
export type PrincipalType = 'user' | 'key' | 'agent';

/** Who sent the request. */
export interface Principal {
  readonly type: PrincipalType;
  readonly id: string;
  readonly name: string;
  /** Empty for an agent, which has its own set of permissions. */
  readonly roles: readonly Role[];
  readonly permissions: ReadonlySet<Permission>;
  /** The accounts that the principal is limited to; null for all. */
  readonly accountIds: readonly string[] | null;
  /** From this time on the principal is rejected; null for never. */
  readonly expiresAt: Date | null;
  /** The session whose cookie the request had; undefined for a request with a key or token. */
  readonly session?: PrincipalSession;
}

export const SESSION_KINDS = ['user', 'key', 'local'] as const;
/** Signed in as a user, with a key, or by a code that a server on this machine printed. */
export type SessionKind = (typeof SESSION_KINDS)[number];

export interface PrincipalSession {
  readonly id: string;
  readonly kind: SessionKind;
  readonly displayName: string;
  /** When it ends unless it is used again. */
  readonly endsAt: Date;
}

/** An agent, and the name that it signs the leases of this registration with. */
export interface AgentPrincipal extends Principal {
  readonly type: 'agent';
  readonly leaseOwner: string;
}

export interface AuthenticatedRequest extends FastifyRequest {
  principal: Principal | null;
  /** What the matched route requires; null for one that needs no permission. */
  requiredPermission: Permission | null;
}

/** The tasks that a principal reaches; null for all. */
export function scopeOf(principal: Principal): AccountScope | null {
  const { accountIds } = principal;
  return accountIds === null ? null : { accountIds, createdBy: formatActor(principal) };
}

export function isAgent(principal: Principal | null): principal is AgentPrincipal {
  return principal?.type === 'agent';
}

/** The sender of the request, in a handler that is not public. */
export const CurrentPrincipal = createParamDecorator((_: unknown, context: ExecutionContext): Principal => {
  const { principal } = context.switchToHttp().getRequest<AuthenticatedRequest>();
  if (!principal) throw new Error('@CurrentPrincipal() in a public route, which has no principal');
  return principal;
});

import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Authenticator, type Credentials } from './authenticator.ts';
import { authorize } from './authorize.ts';
import { isRateLimited } from './not-rate-limited.decorator.ts';
import { isAudited } from './audit/audited-permissions.ts';
import { OperationAudit } from './audit/operation-audit.ts';
import { accessOf, type AccessRule, alternativeOf } from './permission.decorator.ts';
import type { Permission } from './permissions.ts';
import type { AuthenticatedRequest } from './principal.ts';
import { RateLimits } from './rate-limits.ts';

interface RouteRule {
  /** Undefined for a route without a declaration, which rejects every request. */
  readonly access: AccessRule | undefined;
  readonly alternative: Permission | undefined;
  readonly rateLimited: boolean;
}

/**
 * Authentication and authorisation of every route. A guard and not a middleware, because a guard runs for the matched
 * route, so another spelling of a path cannot bypass it.
 */
@Injectable()
export class AuthGuard implements CanActivate {
  private readonly rules = new WeakMap<object, RouteRule>();

  constructor(
    private readonly authenticator: Authenticator,
    private readonly limits: RateLimits,
    private readonly audit: OperationAudit,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { access: required, alternative, rateLimited } = this.ruleOf(context);
    if (required === 'public') return true;
    const http = context.switchToHttp();
    const request = http.getRequest<AuthenticatedRequest>();
    const principal = await this.authenticator.identifySender(request);
    if (rateLimited) this.limits.takeRequest(principal, http.getResponse<FastifyReply>());
    if (required === undefined) throw undeclared(context);
    request.principal = principal;
    if (required === 'any caller') return true;
    const { permissions } = principal;
    const access = alternative !== undefined && !permissions.has(required) && permissions.has(alternative) ? alternative : required;
    authorize(principal, access);
    request.requiredPermission = access;
    if (isAudited(access, request.method)) await this.audit.record(principal, access, request, http.getResponse<FastifyReply>());
    return true;
  }

  /** For routes outside of Nest. @throws {ProblemError} 401, 429 after too many failures, or 403 */
  async authorizeSender(request: FastifyRequest, needed: Permission): Promise<void> {
    authorize(await this.authenticator.identifySender(request), needed);
  }

  /** For open event streams: failures are not counted. @throws {ProblemError} 401, or 403 that names the missing permission. */
  async authorize(credentials: Credentials, needed: Permission): Promise<void> {
    authorize(await this.authenticator.identify(credentials), needed);
  }

  /** Cached by handler, because reading metadata takes longer than the rest of the guard. */
  private ruleOf(context: ExecutionContext): RouteRule {
    const handler = context.getHandler();
    const known = this.rules.get(handler);
    if (known !== undefined) return known;
    const rule = {
      access: accessOf(handler, context.getClass()),
      alternative: alternativeOf(handler),
      rateLimited: isRateLimited(handler),
    };
    this.rules.set(handler, rule);
    return rule;
  }
}

function undeclared(context: ExecutionContext): Error {
  return new Error(`${context.getClass().name}.${context.getHandler().name} declares neither @RequirePermission() nor @Public()`);
}

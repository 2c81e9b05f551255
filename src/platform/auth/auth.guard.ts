import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { ProblemError } from '../http/problem.ts';
import { ApiKeyService } from './api-key.service.ts';
import { authorize } from './authorize.ts';
import { isRateLimited } from './not-rate-limited.decorator.ts';
import { isAudited } from './audit/audited-permissions.ts';
import { OperationAudit } from './audit/operation-audit.ts';
import { accessOf, type AccessRule } from './permission.decorator.ts';
import type { Permission } from './permissions.ts';
import type { AuthenticatedRequest, Principal } from './principal.ts';
import { type AttemptSource, RateLimits } from './rate-limits.ts';
import { unauthenticated } from './unauthenticated.ts';

interface RouteRule {
  /** Undefined for a route without a declaration, which rejects every request. */
  readonly access: AccessRule | undefined;
  readonly rateLimited: boolean;
}

const BEARER = /^bearer +(\S+) *$/i;

/**
 * Authentication and authorisation of every route. A guard and not a middleware, because a guard runs for the matched
 * route, so another spelling of a path cannot bypass it.
 */
@Injectable()
export class AuthGuard implements CanActivate {
  private readonly rules = new WeakMap<object, RouteRule>();

  constructor(
    private readonly keys: ApiKeyService,
    private readonly limits: RateLimits,
    private readonly audit: OperationAudit,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { access, rateLimited } = this.ruleOf(context);
    if (access === 'public') return true;
    const http = context.switchToHttp();
    const request = http.getRequest<AuthenticatedRequest>();
    const principal = await this.identify(request.headers.authorization, request.ip);
    if (rateLimited) this.limits.takeRequest(principal, http.getResponse<FastifyReply>());
    if (access === undefined) throw undeclared(context);
    authorize(principal, access);
    request.principal = principal;
    request.requiredPermission = access;
    if (isAudited(access, request.method)) await this.audit.record(principal, access, request, http.getResponse<FastifyReply>());
    return true;
  }

  /**
   * For routes outside of Nest, and for open event streams. `address` is the address of the client; without it,
   * failures are not counted. @throws {ProblemError} 401, 429 after too many failures, or 403 that names the missing
   * permission.
   */
  async authorize(authorization: string | undefined, needed: Permission, address?: string): Promise<Principal> {
    const principal = await this.identify(authorization, address);
    authorize(principal, needed);
    return principal;
  }

  private async identify(authorization: string | undefined, address: string | undefined): Promise<Principal> {
    if (authorization === undefined) throw unauthenticated('key_required', 'This route needs an API key.');
    const key = BEARER.exec(authorization)?.[1] ?? '';
    let source: AttemptSource | undefined = address === undefined ? undefined : { address, digest: undefined };
    let refusal: ProblemError | undefined;
    const result = await this.keys.authenticate(key, (digest) => {
      if (source === undefined) return;
      source = { ...source, digest };
      refusal = this.limits.refusalOf(source);
    });
    if ('principal' in result) return result.principal;
    if (refusal !== undefined) throw refusal;
    if (source !== undefined) this.limits.countFailure(source);
    throw unauthenticated(result.failure, result.reason);
  }

  /** Cached by handler, because reading metadata takes longer than the rest of the guard. */
  private ruleOf(context: ExecutionContext): RouteRule {
    const handler = context.getHandler();
    const known = this.rules.get(handler);
    if (known !== undefined) return known;
    const rule = { access: accessOf(handler, context.getClass()), rateLimited: isRateLimited(handler) };
    this.rules.set(handler, rule);
    return rule;
  }
}

function undeclared(context: ExecutionContext): Error {
  return new Error(`${context.getClass().name}.${context.getHandler().name} declares neither @RequirePermission() nor @Public()`);
}

import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { ProblemError } from '../http/problem.ts';
import { accessOf, type AccessRule } from './access.decorator.ts';
import { ApiKeyService } from './api-key.service.ts';
import { isRateLimited } from './not-rate-limited.decorator.ts';
import { unauthenticated } from './unauthenticated.ts';
import type { AuthenticatedRequest, Principal } from './principal.ts';
import { type AttemptSource, RateLimits } from './rate-limits.ts';
import { type RequiredPermission, satisfies } from './roles.ts';

interface RouteRule {
  readonly access: AccessRule;
  readonly rateLimited: boolean;
}

const BEARER = /^bearer +(\S+) *$/i;

/**
 * Authentication and authorisation of every route. A guard and not a middleware: it runs for the route that was matched,
 * so no other spelling of a path passes beside it.
 */
@Injectable()
export class AuthGuard implements CanActivate {
  private readonly keys: ApiKeyService;
  private readonly rules = new WeakMap<object, RouteRule>();

  constructor(
    keys: ApiKeyService,
    private readonly limits: RateLimits,
  ) {
    this.keys = keys;
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { access, rateLimited } = this.ruleOf(context);
    if (access === 'public') return true;
    const http = context.switchToHttp();
    const request = http.getRequest<AuthenticatedRequest>();
    const principal = await this.identify(request.headers.authorization, request.ip);
    if (rateLimited) this.limits.takeRequest(principal, http.getResponse<FastifyReply>());
    authorize(principal, access);
    request.principal = principal;
    return true;
  }

  /**
   * For routes that are not Nest's. `address`: of the client; without one, failures are not counted.
   * @throws {ProblemError} 401, 429 after too many failures, or 403 that names the role it takes.
   */
  async authorize(authorization: string | undefined, needed: RequiredPermission, address?: string): Promise<Principal> {
    const principal = await this.identify(authorization, address);
    authorize(principal, needed);
    return principal;
  }

  private async identify(authorization: string | undefined, address: string | undefined): Promise<Principal> {
    if (authorization === undefined) throw unauthenticated('key_required', 'This route needs an API key.');
    const key = BEARER.exec(authorization)?.[1] ?? '';
    let source: AttemptSource | undefined = address === undefined ? undefined : { address, traces: undefined };
    let refusal: ProblemError | undefined;
    const principal = await this.keys.authenticate(key, (traces) => {
      if (source === undefined) return;
      source = { ...source, traces };
      refusal = this.limits.refusalOf(source);
    });
    if (principal !== null) return principal;
    if (refusal !== undefined) throw refusal;
    if (source !== undefined) this.limits.countFailure(source);
    throw unauthenticated('key_invalid', 'The API key is not valid.');
  }

  /** Reading metadata costs more than the rest of the guard, so each handler is looked at once. */
  private ruleOf(context: ExecutionContext): RouteRule {
    const handler = context.getHandler();
    const known = this.rules.get(handler);
    if (known !== undefined) return known;
    const rule = { access: accessOf(handler, context.getClass()), rateLimited: isRateLimited(handler) };
    this.rules.set(handler, rule);
    return rule;
  }
}

function authorize({ role, name }: Principal, needed: RequiredPermission): void {
  if (satisfies(role, needed)) return;
  throw ProblemError.forbidden('role_required', `This takes the role ${needed}.`, {
    detail: role === 'agent' ? 'An agent may only do its own work.' : `The key “${name}” has the role ${role}.`,
  });
}

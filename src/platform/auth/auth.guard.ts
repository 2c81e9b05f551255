import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { ProblemError } from '../http/problem.ts';
import { accessOf, type AccessRule } from './access.decorator.ts';
import { ApiKeyService } from './api-key.service.ts';
import { unauthenticated } from './unauthenticated.ts';
import type { AuthenticatedRequest, Principal } from './principal.ts';
import { type Demand, mayActAs } from './roles.ts';

const BEARER = /^bearer +(\S+) *$/i;

/**
 * Authentication and authorisation of every route. A guard and not a middleware: it runs for the route that was matched,
 * so no other spelling of a path passes beside it.
 */
@Injectable()
export class AuthGuard implements CanActivate {
  private readonly keys: ApiKeyService;
  private readonly rules = new WeakMap<object, AccessRule>();

  constructor(keys: ApiKeyService) {
    this.keys = keys;
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const rule = this.ruleOf(context);
    if (rule === 'public') return true;
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    request.principal = await this.admit(request.headers.authorization, rule);
    return true;
  }

  /** @throws {ProblemError} 401, or 403 that names the role it takes. */
  async admit(authorization: string | undefined, needed: Demand): Promise<Principal> {
    if (authorization === undefined) throw unauthenticated('key_required', 'This route needs an API key.');
    const key = BEARER.exec(authorization)?.[1];
    const principal = key === undefined ? null : await this.keys.authenticate(key);
    if (principal === null) throw unauthenticated('key_invalid', 'The API key is not valid.');
    if (mayActAs(principal.role, needed)) return principal;
    throw ProblemError.forbidden('role_required', `This takes the role ${needed}.`, {
      detail:
        principal.role === 'agent' ? 'An agent may only do its own work.' : `The key “${principal.name}” has the role ${principal.role}.`,
    });
  }

  /** Reading metadata costs more than the rest of the guard, so each handler is looked at once. */
  private ruleOf(context: ExecutionContext): AccessRule {
    const handler = context.getHandler();
    const known = this.rules.get(handler);
    if (known !== undefined) return known;
    const rule = accessOf(handler, context.getClass());
    this.rules.set(handler, rule);
    return rule;
  }
}

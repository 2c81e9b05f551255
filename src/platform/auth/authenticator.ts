import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Settings } from '../config/settings.ts';
import type { ProblemError } from '../http/problem.ts';
import { ApiKeyService } from './api-key.service.ts';
import type { Principal } from './principal.ts';
import { type AttemptSource, RateLimits } from './rate-limits.ts';
import { requireSameOrigin } from './sessions/cross-site.ts';
import { requestOrigin } from './sessions/request-origin.ts';
import { sessionCookieOf } from './sessions/session-cookie.ts';
import { SessionService } from './sessions/session.service.ts';
import type { TokenDigest } from './token.ts';
import { unauthenticated } from './unauthenticated.ts';

/** By which a request proves its sender. The header is used when both are sent. */
export interface Credentials {
  readonly authorization: string | undefined;
  /** The cookie of a session. */
  readonly session: string | undefined;
}

export function credentialsOf({ authorization, cookie }: FastifyRequest['headers']): Credentials {
  return { authorization, session: sessionCookieOf(cookie) };
}

const BEARER = /^bearer +(\S+) *$/i;

/** Finds out who sent a request: the holder of a key or of a token in its header, or of a session in its cookie. */
@Injectable()
export class Authenticator {
  constructor(
    private readonly keys: ApiKeyService,
    private readonly sessions: SessionService,
    private readonly limits: RateLimits,
    private readonly settings: Settings,
  ) {}

  /** A browser adds the cookie to requests of other sites too, so such a request is refused. @throws {ProblemError} 401, 403, 429 */
  async identifySender(request: FastifyRequest): Promise<Principal> {
    const credentials = credentialsOf(request.headers);
    if (credentials.authorization === undefined && credentials.session !== undefined) {
      requireSameOrigin(requestOrigin(request, this.settings));
    }
    return this.identify(credentials, request.ip);
  }

  /** `address` is that of the client; without it, failures and the use of a session are not counted. @throws {ProblemError} 401, 429 */
  async identify({ authorization, session }: Credentials, address?: string): Promise<Principal> {
    if (authorization !== undefined) return this.holderOfKey(BEARER.exec(authorization)?.[1] ?? '', address);
    if (session !== undefined) return this.holderOfSession(session, address);
    throw unauthenticated('key_required', 'This route needs an API key.');
  }

  async holderOfKey(key: string, address: string | undefined): Promise<Principal> {
    const attempt = new Attempt(this.limits, address);
    const result = await this.keys.authenticate(key, (digest) => attempt.beforeLookUp(digest));
    if ('principal' in result) return result.principal;
    attempt.fail();
    throw unauthenticated(result.failure, result.reason);
  }

  private async holderOfSession(cookie: string, address: string | undefined): Promise<Principal> {
    const attempt = new Attempt(this.limits, address);
    const beforeLookUp = (digest: TokenDigest | undefined): void => attempt.beforeLookUp(digest);
    const principal = await this.sessions.authenticate(cookie, { touch: address !== undefined, beforeLookUp });
    if (principal !== undefined) return principal;
    attempt.fail();
    throw unauthenticated('session_ended', 'The session has ended.');
  }
}

/** One look-up of a key or session, counted for the address of its client. */
export class Attempt {
  private source: AttemptSource | undefined;
  private refusal: ProblemError | undefined;

  constructor(
    private readonly limits: RateLimits,
    address: string | undefined,
  ) {
    this.source = address === undefined ? undefined : { address, digest: undefined };
  }

  /** @throws {ProblemError} 429 */
  beforeLookUp(digest: TokenDigest | undefined): void {
    if (this.source === undefined) return;
    this.source = { ...this.source, digest };
    this.refusal = this.limits.refusalOf(this.source);
  }

  /** @throws {ProblemError} 429 when too many attempts have failed before */
  fail(): void {
    if (this.refusal !== undefined) throw this.refusal;
    if (this.source !== undefined) this.limits.countFailure(this.source);
  }
}

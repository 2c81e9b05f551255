import { Body, Controller, Delete, Get, HttpCode, Post, Put, Req, Res } from '@nestjs/common';
import {
  ApiConflictResponse,
  ApiCreatedResponse,
  ApiForbiddenResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  ApiTooManyRequestsResponse,
  ApiUnauthorizedResponse,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isLoopbackHost, Settings } from '../../config/settings.ts';
import { withHeaders } from '../../http/answer-headers.ts';
import { ProblemError } from '../../http/problem.ts';
import { publicOrigin } from '../../http/public-origin.ts';
import { AnyCaller, Public, RequirePermission } from '../permission.decorator.ts';
import { CurrentPrincipal, type Principal } from '../principal.ts';
import { SignInLinkStore } from '../sign-in/sign-in-link.store.ts';
import { SignInMetrics } from '../sign-in/sign-in-metrics.ts';
import { SignInService } from '../sign-in/sign-in.service.ts';
import { SignInLinkView } from '../users/user.dto.ts';
import { clientOf } from './client-of.ts';
import { requireNoForeignPage } from './cross-site.ts';
import { requestOrigin } from './request-origin.ts';
import { clearSessionCookie, setSessionCookie } from './session-cookie.ts';
import { ChangePasswordBody, LinkPasswordBody, SessionView, SignInBody, toSessionView } from './session.dto.ts';
import type { SessionClientInfo } from './session.repository.ts';
import { SessionService } from './session.service.ts';

@ApiTags('session')
@Controller('session')
export class SessionController {
  constructor(
    private readonly signIn: SignInService,
    private readonly metrics: SignInMetrics,
    private readonly sessions: SessionService,
    private readonly links: SignInLinkStore,
    private readonly settings: Settings,
  ) {}

  @Post()
  @HttpCode(200)
  @Public()
  @ApiOperation({
    operationId: 'session_signIn',
    summary: 'Sign in: with a key, a one-time code, or a username and a password',
    description: 'The answer sets the cookie contenthub_session, which other requests may send in place of a key.',
  })
  @ApiOkResponse({ type: SessionView })
  @ApiUnauthorizedResponse({ description: 'The key, code or password is wrong.', ...withHeaders('WWW-Authenticate') })
  @ApiForbiddenResponse({ description: 'A page of another site sent the request: `cross_site_request`.' })
  @ApiTooManyRequestsResponse({ description: 'Too many sign-ins have failed.', ...withHeaders('Retry-After') })
  async create(
    @Body() body: SignInBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SessionView> {
    requireNoForeignPage(requestOrigin(request, this.settings));
    return this.answer(reply, await this.cookieFor(body, clientOf(request)));
  }

  @Get()
  @AnyCaller()
  @ApiOperation({ operationId: 'session_get', summary: 'Who sends this request, and what it may do' })
  @ApiOkResponse({ type: SessionView })
  get(@CurrentPrincipal() principal: Principal, @Res({ passthrough: true }) reply: FastifyReply): SessionView {
    void reply.header('cache-control', 'no-store');
    return toSessionView(principal);
  }

  @Delete()
  @HttpCode(204)
  @AnyCaller()
  @ApiOperation({ operationId: 'session_signOut', summary: 'Sign out: the session of this request ends' })
  @ApiNoContentResponse({ description: 'The session has ended and the cookie is cleared.' })
  async delete(@CurrentPrincipal() { session }: Principal, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    if (session !== undefined) await this.sessions.end(session.id);
    clearSessionCookie(reply, this.settings);
  }

  @Post('password')
  @HttpCode(200)
  @Public()
  @ApiOperation({ operationId: 'session_setPassword', summary: 'Set a password by a link, and sign in. The link works once' })
  @ApiOkResponse({ type: SessionView })
  @ApiUnauthorizedResponse({ description: 'The link is unknown, used or expired: `link_invalid`.', ...withHeaders('WWW-Authenticate') })
  @ApiForbiddenResponse({ description: 'A page of another site sent the request: `cross_site_request`.' })
  @ApiTooManyRequestsResponse({ description: 'Too many sign-ins have failed.', ...withHeaders('Retry-After') })
  async setPassword(
    @Body() { link, password }: LinkPasswordBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SessionView> {
    requireNoForeignPage(requestOrigin(request, this.settings));
    return this.answer(reply, await this.metrics.counted('link', () => this.signIn.withLink(link, password, clientOf(request))));
  }

  @Put('password')
  @AnyCaller()
  @ApiOperation({
    operationId: 'session_changePassword',
    summary: 'Change the own password: all sessions of the user end, and this one is replaced',
  })
  @ApiOkResponse({ type: SessionView })
  @ApiConflictResponse({ description: 'The caller has no password: `no_password`.' })
  async changePassword(
    @Body() { current, password }: ChangePasswordBody,
    @CurrentPrincipal() principal: Principal,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SessionView> {
    return this.answer(reply, await this.signIn.changePassword(principal, current, password, clientOf(request)));
  }

  @Post('code')
  @HttpCode(201)
  @RequirePermission('users:manage')
  @ApiOperation({
    operationId: 'session_createCode',
    summary: 'Make a link that signs in once on the machine of the server, within 15 minutes',
    description: 'The session is that of an administrator. Only for a server that listens on this machine alone.',
  })
  @ApiCreatedResponse({ type: SignInLinkView })
  @ApiConflictResponse({ description: 'The server is reachable from other machines: `not_loopback`.' })
  async createCode(
    @CurrentPrincipal() { expiresAt }: Principal,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SignInLinkView> {
    if (!isLoopbackHost(this.settings.host)) throw notLoopback();
    if (expiresAt !== null) throw ProblemError.forbidden('key_expires', 'A key that expires cannot make a code.');
    const issued = await this.links.issueCode();
    void reply.header('cache-control', 'no-store');
    return { url: `${publicOrigin(this.settings, request)}/admin/?code=${issued.token}`, expiresAt: issued.expiresAt };
  }

  private cookieFor({ key, code, username, password }: SignInBody, client: SessionClientInfo): Promise<string> {
    const ways = [key, code, username].filter((way) => way !== undefined);
    if (ways.length !== 1) throw notOneWay();
    if (key !== undefined) return this.metrics.counted('key', () => this.signIn.withKey(key, client));
    if (code !== undefined) return this.metrics.counted('code', () => this.signIn.withCode(code, client));
    return this.metrics.counted('password', () => this.signIn.withPassword(username ?? '', password ?? '', client));
  }

  /** Reads the new session back, so that the answer shows what the next request will get. */
  private async answer(reply: FastifyReply, token: string): Promise<SessionView> {
    const principal = await this.sessions.authenticate(token);
    if (principal?.session === undefined) throw ProblemError.unavailable('session_lost', 'The session ended while it began.');
    setSessionCookie(reply, this.settings, token, principal.session.endsAt);
    return toSessionView(principal);
  }
}

function notOneWay(): ProblemError {
  const detail = 'Send one of: key; code; username with password.';
  return ProblemError.unprocessable('one_way_to_sign_in', 'The body must have exactly one way to sign in.', {
    detail,
    errors: [{ pointer: '', code: 'one_way_to_sign_in', detail: 'must have one of key, code, and username with password' }],
  });
}

function notLoopback(): ProblemError {
  return ProblemError.conflict('not_loopback', 'This server is reachable from other machines, so it has no codes.', {
    detail: 'Sign in with a key, or as a user: POST /users/:id/link makes a link.',
  });
}

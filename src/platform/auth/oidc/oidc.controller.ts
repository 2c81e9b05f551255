import { Controller, Get, Req, Res } from '@nestjs/common';
import { ApiFoundResponse, ApiNotFoundResponse, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isLoopbackHost, Settings } from '../../config/settings.ts';
import { withHeaders } from '../../http/answer-headers.ts';
import { ProblemError } from '../../http/problem.ts';
import { Logger } from '../../telemetry/logger.ts';
import { Public } from '../permission.decorator.ts';
import { clientOf } from '../sessions/client-of.ts';
import { cookieOf, setSessionCookie } from '../sessions/session-cookie.ts';
import { SessionService } from '../sessions/session.service.ts';
import { OidcClient } from './oidc.client.ts';
import { OIDC_ERRORS, OidcError } from './oidc-error.ts';
import { FLOW_COOKIE, FLOW_LIFE_S, OidcFlows } from './oidc-flow.ts';
import { SignInMetrics } from '../sign-in/sign-in-metrics.ts';
import { OidcService } from './oidc.service.ts';

class SignInWays {
  @ApiProperty({ description: 'An API key, or a username and a password.' })
  form: boolean;
  @ApiProperty({ description: 'The link that the start of the server printed.' })
  code: boolean;
  @ApiProperty({ description: 'The identity provider: open /session/oidc.' })
  oidc: boolean;
}

const NO_PROVIDER = 'There is no identity provider: `oidc_not_configured`.';

@ApiTags('session')
@Controller('session')
@Public()
export class OidcController {
  constructor(
    private readonly client: OidcClient,
    private readonly oidc: OidcService,
    private readonly metrics: SignInMetrics,
    private readonly sessions: SessionService,
    private readonly flows: OidcFlows,
    private readonly settings: Settings,
    private readonly logger: Logger,
  ) {}

  @Get('ways')
  @ApiOperation({ operationId: 'session_listWays', summary: 'The ways to sign in that this server has' })
  @ApiOkResponse({ type: SignInWays })
  ways(): SignInWays {
    return { form: true, code: isLoopbackHost(this.settings.host), oidc: this.client.isConfigured };
  }

  @Get('oidc')
  @ApiOperation({ operationId: 'session_beginOidc', summary: 'Sign in by the identity provider: redirects a browser to it' })
  @ApiFoundResponse({ description: 'To the provider, or to the page of the sign-in with an error.', ...withHeaders('Location') })
  @ApiNotFoundResponse({ description: NO_PROVIDER })
  async begin(@Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    this.requireProvider();
    try {
      const { url, flow } = await this.client.begin();
      this.setFlow(reply, this.flows.seal(flow), FLOW_LIFE_S);
      void reply.status(302).header('location', url);
    } catch (error) {
      this.refuse(reply, error);
    }
  }

  @Get('oidc/callback')
  @ApiOperation({
    operationId: 'session_finishOidc',
    summary: 'The provider returns a browser here, which is then signed in',
    description: `Redirects to /admin/, with an error in the query when it failed: ${OIDC_ERRORS.join(', ')}.`,
  })
  @ApiFoundResponse({ description: 'To the admin.', ...withHeaders('Location') })
  @ApiNotFoundResponse({ description: NO_PROVIDER })
  async finish(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    this.requireProvider();
    try {
      const flow = this.flows.open(cookieOf(FLOW_COOKIE, request.headers.cookie) ?? '');
      if (flow === undefined) throw new OidcError('oidc_expired');
      const [, query = ''] = request.url.split('?', 2);
      const token = await this.metrics.counted('oidc', () => this.oidc.signIn(query, flow, clientOf(request)));
      const session = (await this.sessions.authenticate(token))?.session;
      if (session === undefined) throw new OidcError('oidc_disabled');
      setSessionCookie(reply, this.settings, token, session.endsAt);
      this.setFlow(reply, '', 0);
      void reply.status(302).header('location', '/admin/');
    } catch (error) {
      this.refuse(reply, error);
    }
  }

  private requireProvider(): void {
    if (this.client.isConfigured) return;
    throw ProblemError.notFound('oidc_not_configured', 'This server has no identity provider.', { detail: 'OIDC_ISSUER names one.' });
  }

  private refuse(reply: FastifyReply, error: unknown): void {
    if (!(error instanceof OidcError)) throw error;
    const { code, cause } = error;
    this.logger.warn({ code, reason: cause instanceof Error ? cause.message : undefined }, 'a sign-in by the identity provider failed');
    this.setFlow(reply, '', 0);
    void reply.status(302).header('location', `/admin/?error=${code}`);
  }

  /** Lax: the provider sends the browser back from another site. */
  private setFlow(reply: FastifyReply, value: string, seconds: number): void {
    const secure = this.settings.publicUrl?.startsWith('https:') ? '; Secure' : '';
    const cookie = `${FLOW_COOKIE}=${value}; Path=/session/oidc; Max-Age=${seconds}; HttpOnly; SameSite=Lax${secure}`;
    void reply.header('set-cookie', cookie).header('cache-control', 'no-store');
  }
}

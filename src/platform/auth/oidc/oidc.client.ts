import { Injectable } from '@nestjs/common';
import type { Configuration, CustomFetch } from 'openid-client';
import { Settings } from '../../config/settings.ts';
import { EgressClient } from '../../egress/egress.client.ts';
import { OidcError } from './oidc-error.ts';
import type { OidcFlow } from './oidc-flow.ts';
import { type OidcPerson, personOf } from './oidc-person.ts';

const SCOPE = 'openid profile email';
const TIMEOUT_S = 10;

/** Talks to the identity provider of OIDC_ISSUER. The library is loaded at the first use. */
@Injectable()
export class OidcClient {
  private configuration: Promise<Configuration> | undefined;

  constructor(private readonly settings: Settings) {}

  get isConfigured(): boolean {
    return this.settings.oidcIssuer !== undefined;
  }

  /** Where the person signs in, and what the callback must find again. @throws {OidcError} */
  async begin(): Promise<{ url: string; flow: OidcFlow }> {
    const [client, configuration] = await Promise.all([import('openid-client'), this.discovered()]);
    const flow = { state: client.randomState(), nonce: client.randomNonce(), verifier: client.randomPKCECodeVerifier() };
    const url = client.buildAuthorizationUrl(configuration, {
      redirect_uri: this.callback().href,
      scope: SCOPE,
      state: flow.state,
      nonce: flow.nonce,
      code_challenge: await client.calculatePKCECodeChallenge(flow.verifier),
      code_challenge_method: 'S256',
    });
    return { url: url.href, flow };
  }

  /** `query`: of the callback. @throws {OidcError} when the state, the nonce, the code or the token is wrong */
  async finish(query: string, { state, nonce, verifier }: OidcFlow): Promise<OidcPerson> {
    const [client, configuration] = await Promise.all([import('openid-client'), this.discovered()]);
    const url = this.callback();
    url.search = query;
    try {
      const checks = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, idTokenExpected: true };
      const tokens = await client.authorizationCodeGrant(configuration, url, checks);
      const claims = tokens.claims();
      if (claims === undefined) throw new Error('the answer has no ID token');
      const { userinfo_endpoint: more } = configuration.serverMetadata();
      const info = more === undefined ? {} : await client.fetchUserInfo(configuration, tokens.access_token, claims.sub);
      const { oidcRoleClaim: claim, oidcRoles: roles } = this.settings;
      return personOf(claims.iss, claims.sub, { ...claims, ...info }, { claim, roles });
    } catch (error) {
      throw new OidcError('oidc_refused', { cause: error });
    }
  }

  private callback(): URL {
    return new URL(`${(this.settings.publicUrl ?? '').replace(/\/+$/, '')}/session/oidc/callback`);
  }

  /** A failure is not remembered: the next sign-in tries again. */
  private discovered(): Promise<Configuration> {
    this.configuration ??= this.discover().catch((error: unknown) => {
      this.configuration = undefined;
      throw new OidcError('oidc_unavailable', { cause: error });
    });
    return this.configuration;
  }

  private async discover(): Promise<Configuration> {
    const client = await import('openid-client');
    const { oidcIssuer = '', oidcClientId = '', oidcClientSecret } = this.settings;
    const issuer = new URL(oidcIssuer);
    return client.discovery(issuer, oidcClientId, oidcClientSecret, undefined, {
      [client.customFetch]: this.egress(issuer),
      timeout: TIMEOUT_S,
      // The settings allow plain http for this machine only.
      execute: issuer.protocol === 'http:' ? [client.allowInsecureRequests] : [],
    });
  }

  /** The operator named the host of the issuer, so it may be private. Other hosts of its document may not. */
  private egress({ hostname, port, protocol }: URL): CustomFetch {
    const host = `${hostname}:${port || (protocol === 'https:' ? '443' : '80')}`;
    const egress = EgressClient.allowing(this.settings, [host]);
    return async (url, { method, headers, body, signal }) => {
      const text = body instanceof URLSearchParams ? body.toString() : typeof body === 'string' ? body : undefined;
      const sent = { url, method, headers, body: text, followRedirects: false, ...(signal !== undefined && { signal }) };
      const answer = await egress.request(sent);
      const type = answer.headers['content-type'];
      return new Response(answer.text, { status: answer.status, headers: type === undefined ? {} : { 'content-type': type } });
    };
  }
}

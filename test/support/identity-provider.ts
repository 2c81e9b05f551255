import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';

export const CLIENT = { id: 'contenthub', secret: 'the secret of the client' };

/** A real identity provider on a free port. People sign in with any password. */
export class IdentityProvider {
  private server: Server | undefined;
  issuer = '';

  /** Claims by the subject. */
  constructor(readonly people: Record<string, object>) {}

  async start(redirectUri: string): Promise<this> {
    this.server = createServer();
    await new Promise<void>((ok) => this.server?.listen(0, '127.0.0.1', ok));
    this.issuer = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    const provider = new Provider(this.issuer, {
      clients: [{ client_id: CLIENT.id, client_secret: CLIENT.secret, redirect_uris: [redirectUri] }],
      claims: { openid: ['sub'], profile: ['name', 'preferred_username', 'roles'] },
      cookies: { keys: ['a key of the test'] },
      pkce: { required: () => true },
      findAccount: (_context: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id, ...this.people[id] }) }),
    });
    this.server.on('request', provider.callback());
    return this;
  }

  async stop(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise((ok) => this.server?.close(ok));
  }

  /** A browser that signs in as a person: from the address of the authorization to that of the callback. */
  async signIn(authorization: string, person: string): Promise<string> {
    const jar = new Map<string, string>();
    let [url, form]: [string, string | undefined] = [authorization, undefined];
    for (let step = 0; step < 12; step++) {
      const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
      const type = form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' };
      const method = form === undefined ? 'GET' : 'POST';
      const answer = await fetch(url, { method, body: form ?? null, headers: { cookie, ...type }, redirect: 'manual' });
      const text = await answer.text();
      for (const line of answer.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        jar.set(name, value);
      }
      const location = answer.headers.get('location');
      if (location !== null) {
        [url, form] = [new URL(location, url).href, undefined];
        if (!url.startsWith(this.issuer)) return url;
      } else {
        const prompt = /name="prompt" value="(\w+)"/.exec(text)?.[1];
        if (prompt === undefined) throw new Error(`no form at ${url}: ${answer.status} ${text.slice(0, 500)}`);
        form = new URLSearchParams({ prompt, login: person, password: 'x' }).toString();
      }
    }
    throw new Error('the provider redirects for ever');
  }
}

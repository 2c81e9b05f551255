import type { SessionView } from '../../src/platform/auth/sessions/session.dto.ts';
import type { SignInLinkView, UserView } from '../../src/platform/auth/users/user.dto.ts';
import type { Role } from '../../src/platform/auth/roles.ts';
import type { Answer, Json, TestApplication, Wire } from '../support/application.ts';

export const PASSWORD = 'four words of my own';

export type Session = Wire<SessionView>;
export type User = Wire<UserView>;

export interface NewUser {
  username?: string;
  role?: Role;
  accountIds?: string[];
}

/** What a browser at the server's own address sends. */
export const SAME_ORIGIN = { 'sec-fetch-site': 'same-origin' };

let made = 0;

/** The part of the admin that signs in, with its cookie. */
export class PeopleClient {
  constructor(private readonly server: TestApplication) {}

  /** Without a key. */
  send<Body = Json>(method: string, path: string, body?: unknown, headers: Record<string, string | undefined> = {}): Promise<Answer<Body>> {
    return this.server.http<Body>(method, path, body, { authorization: undefined, ...headers });
  }

  /** As a page of the server with this cookie. */
  as<Body = Json>(cookie: string, method: string, path: string, body?: unknown, headers = {}): Promise<Answer<Body>> {
    return this.send<Body>(method, path, body, { cookie, ...SAME_ORIGIN, ...headers });
  }

  signIn(body: object): Promise<Answer<Session>> {
    return this.send<Session>('POST', '/session', body);
  }

  async cookie(body: object): Promise<string> {
    return cookieOf(await this.signIn(body));
  }

  async create({ username, role = 'editor', accountIds }: NewUser = {}): Promise<User> {
    made += 1;
    const answer = await this.server.http<User>('POST', '/users', { username: username ?? `user-${made}`, role, accountIds });
    if (answer.status !== 201) throw new Error(answer.text);
    return answer.body;
  }

  async link(userId: string, purpose = 'invite'): Promise<string> {
    const { body, text } = await this.server.http<Wire<SignInLinkView>>('POST', `/users/${userId}/link`, { purpose });
    const link = /\?link=(\w+)$/.exec(body.url ?? '')?.[1];
    if (link === undefined) throw new Error(text);
    return link;
  }

  setPassword(link: string, password = PASSWORD): Promise<Answer<Session>> {
    return this.send<Session>('POST', '/session/password', { link, password });
  }

  /** A user with PASSWORD, signed in. */
  async signedIn(user: NewUser = {}): Promise<User & { cookie: string }> {
    const created = await this.create(user);
    return { ...created, cookie: cookieOf(await this.setPassword(await this.link(created.id))) };
  }
}

/** The pair of name and value, as a browser sends it back. */
export function cookieOf(answer: Answer<unknown>): string {
  const [pair = ''] = (answer.headers.get('set-cookie') ?? '').split(';');
  if (!pair.startsWith('contenthub_session=')) throw new Error(`no cookie: ${answer.status} ${answer.text}`);
  return pair;
}

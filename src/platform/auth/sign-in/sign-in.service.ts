import { Injectable } from '@nestjs/common';
import { inTransaction, Pools } from '../../database/pools.ts';
import { ProblemError } from '../../http/problem.ts';
import { Attempt, Authenticator } from '../authenticator.ts';
import type { Principal } from '../principal.ts';
import { RateLimits } from '../rate-limits.ts';
import type { SessionHolder, SessionClientInfo } from '../sessions/session.repository.ts';
import { SessionService } from '../sessions/session.service.ts';
import { UserRepository } from '../users/user.repository.ts';
import { PasswordChecks } from './password-checks.ts';
import { NO_PASSWORD } from './password-hash.ts';
import { requireUsablePassword } from './password-rules.ts';
import { SignInFailures } from './sign-in-failures.ts';
import { CODE_TOKEN, LINK_TOKEN } from './sign-in-link.ts';
import { SignInLinkStore } from './sign-in-link.store.ts';

/** Opens sessions. Every method returns the cookie of the new session. */
@Injectable()
export class SignInService {
  constructor(
    private readonly pools: Pools,
    private readonly authenticator: Authenticator,
    private readonly sessions: SessionService,
    private readonly users: UserRepository,
    private readonly links: SignInLinkStore,
    private readonly passwords: PasswordChecks,
    private readonly failures: SignInFailures,
    private readonly limits: RateLimits,
  ) {}

  /** The session ends with the key. @throws {ProblemError} 401, 403 for the token of an agent, 429 */
  async withKey(key: string, client: SessionClientInfo): Promise<string> {
    const { type, id } = await this.authenticator.holderOfKey(key, client.address);
    if (type !== 'key') throw ProblemError.forbidden('no_session_for_agents', 'The token of an agent opens no session.');
    return this.open({ kind: 'key', id }, client);
  }

  /** @throws {ProblemError} 401 for a code that is unknown, used or expired, 429 */
  async withCode(code: string, client: SessionClientInfo): Promise<string> {
    const attempt = new Attempt(this.limits, client.address);
    const digest = CODE_TOKEN.parse(code);
    attempt.beforeLookUp(digest ?? undefined);
    if (digest !== null && (await this.links.useCode(digest))) return this.open({ kind: 'local' }, client);
    attempt.fail();
    throw signInFailed('code_invalid', 'The code is unknown, used or expired.', 'contenthub user link prints a new one.');
  }

  /**
   * An unknown username, a disabled user and a wrong password take the same time and get the same answer.
   * @throws {ProblemError} 401, 429 during a wait, 503 when too many people sign in
   */
  async withPassword(username: string, password: string, client: SessionClientInfo): Promise<string> {
    const attempt = { username, address: client.address };
    await this.failures.begin(attempt);
    const user = await this.users.credentialsOfName(username);
    const isRight = await this.passwords.isPassword(password, user?.passwordHash ?? NO_PASSWORD);
    const token = isRight && user !== undefined ? await this.sessions.open({ kind: 'user', id: user.id }, client) : undefined;
    if (token === undefined) throw wrongPassword();
    await this.failures.forgive(attempt);
    return token;
  }

  /** Sets the password of the user of a link. @throws {ProblemError} 401 for an unusable link, 422 for a weak password, 429, 503 */
  async withLink(link: string, password: string, client: SessionClientInfo): Promise<string> {
    const attempt = new Attempt(this.limits, client.address);
    const digest = LINK_TOKEN.parse(link);
    attempt.beforeLookUp(digest ?? undefined);
    const user = digest === null ? undefined : await this.links.userOf(digest);
    if (digest === null || user === undefined) {
      attempt.fail();
      throw linkInvalid();
    }
    requireUsablePassword(password, user.username);
    const hash = await this.passwords.hash(password);
    const isSet = await inTransaction(
      this.pools.api,
      async (tx) => (await this.links.useLink(tx, digest)) && (await this.users.setPassword(tx, user.id, hash)),
    );
    if (!isSet) throw linkInvalid(); // another request used it meanwhile
    await this.failures.forget(user.username);
    return this.open({ kind: 'user', id: user.id }, client);
  }

  /** Ends all sessions of the user, and opens a new one. @throws {ProblemError} 401, 409 without a password, 422, 429, 503 */
  async changePassword(principal: Principal, current: string, password: string, client: SessionClientInfo): Promise<string> {
    const user = principal.type === 'user' ? await this.users.credentialsOf(principal.id) : undefined;
    if (user === undefined || user.passwordHash === null) {
      throw ProblemError.conflict('no_password', 'This caller has no password to change.', {
        detail: 'Only users who sign in with a password have one. An administrator can make a link that sets one.',
      });
    }
    requireUsablePassword(password, user.username);
    const attempt = { username: user.username, address: client.address };
    await this.failures.begin(attempt);
    if (!(await this.passwords.isPassword(current, user.passwordHash))) {
      const detail = 'is not the password of this user';
      throw ProblemError.forbidden('wrong_password', 'The current password is wrong.', {
        errors: [{ pointer: '/current', code: 'wrong_password', detail }],
      });
    }
    await this.failures.forgive(attempt);
    const hash = await this.passwords.hash(password);
    if (!(await inTransaction(this.pools.api, (tx) => this.users.setPassword(tx, user.id, hash)))) throw wrongPassword();
    return this.open({ kind: 'user', id: user.id }, client);
  }

  private async open(holder: SessionHolder, client: SessionClientInfo): Promise<string> {
    const token = await this.sessions.open(holder, client);
    if (token === undefined) throw wrongPassword(); // it was disabled or deleted meanwhile
    return token;
  }
}

function wrongPassword(): ProblemError {
  return signInFailed(
    'sign_in_failed',
    'The username or the password is wrong.',
    'An administrator can make a link that sets a new password.',
  );
}

function linkInvalid(): ProblemError {
  return signInFailed('link_invalid', 'The link is unknown, used or expired.', 'Ask an administrator for a new one.');
}

/** 401 without a challenge that a browser would show. */
function signInFailed(code: string, title: string, detail: string): ProblemError {
  return new ProblemError(401, code, title, { detail, headers: { 'www-authenticate': 'Bearer realm="contenthub"' } });
}

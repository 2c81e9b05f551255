import { Injectable } from '@nestjs/common';
import { newId } from '../../ids/new-id.ts';
import { formatActor } from '../../../core/actor/actor.ts';
import { ProblemError } from '../../http/problem.ts';
import { isUuid } from '../../http/uuid.ts';
import { AccountDirectory } from '../keys/account-directory.ts';
import type { Principal } from '../principal.ts';
import type { Role } from '../roles.ts';
import type { IssuedLink, LinkPurpose } from '../sign-in/sign-in-link.ts';
import { SignInLinkStore } from '../sign-in/sign-in-link.store.ts';
import { type NotChanged, type UserChanges, UserRepository, type UserRow } from './user.repository.ts';

export interface UserRequest {
  readonly username: string;
  readonly displayName: string;
  readonly role: Role;
  /** Null for all accounts. */
  readonly accountIds: readonly string[] | null;
}

/** Creates, lists, changes and deletes users. */
@Injectable()
export class UserService {
  constructor(
    private readonly repository: UserRepository,
    private readonly links: SignInLinkStore,
    private readonly accounts: AccountDirectory,
  ) {}

  /** @throws {ProblemError} 403 for a caller that expires, 409 for a username that is taken, 422 for unknown accounts */
  async create(request: UserRequest, creator: Principal): Promise<UserRow> {
    requireLasting(creator);
    await this.requireAccounts(request.accountIds ?? []);
    const row = await this.repository.insert({ ...request, id: newId(), createdBy: formatActor(creator) });
    if (row === undefined) throw ProblemError.conflict('username_taken', `There is already a user "${request.username}".`);
    return row;
  }

  list(username: string | undefined, beforeId: string | undefined, limit: number): Promise<UserRow[]> {
    return this.repository.list(username, beforeId, limit);
  }

  async get(id: string): Promise<UserRow> {
    const row = isUuid(id) ? await this.repository.find(id) : undefined;
    if (row === undefined) throw unknownUser(id);
    return row;
  }

  /** @throws {ProblemError} 403 for a caller that expires, 404, 409 for the last admin, 422 for unknown accounts */
  async change(id: string, changes: UserChanges, principal: Principal): Promise<UserRow> {
    await this.get(id);
    if (changes.role !== undefined || changes.accountIds !== undefined || changes.disabled === false) requireLasting(principal);
    await this.requireAccounts(changes.accountIds ?? []);
    const changed = await this.repository.update(id, changes);
    if (typeof changed === 'string') throw notChanged(id, changed);
    return changed;
  }

  /** @throws {ProblemError} 404, 409 for the last admin */
  async delete(id: string): Promise<void> {
    await this.get(id);
    const refused = await this.repository.delete(id);
    if (refused !== undefined) throw notChanged(id, refused);
  }

  /** @throws {ProblemError} 403 for a caller that expires, 404, 409 for a disabled user */
  async issueLink(id: string, purpose: LinkPurpose, principal: Principal): Promise<IssuedLink> {
    requireLasting(principal);
    const { disabledAt, username, issuer } = await this.get(id);
    if (issuer !== null) {
      const title = `The user "${username}" signs in by an identity provider.`;
      throw ProblemError.conflict('user_of_provider', title, { detail: `Passwords of that user are those of ${issuer}.` });
    }
    if (disabledAt !== null) {
      const title = `The user "${username}" is disabled.`;
      throw ProblemError.conflict('user_disabled', title, { detail: 'Enable it first: PATCH /users/:id {"disabled": false}.' });
    }
    return this.links.issueLink(id, purpose);
  }

  private async requireAccounts(accountIds: readonly string[]): Promise<void> {
    const existing = await this.accounts.existing(accountIds);
    const index = accountIds.findIndex((id) => !existing.has(id));
    if (index < 0) return;
    const detail = 'is not the id of an account; GET /accounts lists all';
    throw ProblemError.unprocessable('validation_failed', 'The user cannot have these accounts.', {
      detail: `accountIds/${index} ${detail}.`,
      errors: [{ pointer: `/accountIds/${index}`, code: 'unknown_account', detail }],
    });
  }
}

/** A user does not expire, so a key that does must not make one or raise the rights of one. @throws {ProblemError} 403 */
function requireLasting({ expiresAt }: Principal): void {
  if (expiresAt === null) return;
  throw ProblemError.forbidden('key_expires', 'A key that expires cannot give rights to users.', {
    detail: `Your key expires on ${expiresAt.toISOString()}, and users do not. Use a key without an expiry, or sign in as a user.`,
  });
}

function unknownUser(id: string): ProblemError {
  return ProblemError.notFound('user_not_found', `There is no user "${id.slice(0, 100)}".`, { detail: 'GET /users lists all.' });
}

function notChanged(id: string, why: NotChanged): ProblemError {
  if (why === 'unknown') return unknownUser(id);
  return ProblemError.conflict('last_admin', 'This is the last enabled user with the role admin for all accounts.', {
    detail: 'Make another user an admin first.',
  });
}

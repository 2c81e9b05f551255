import { Injectable } from '@nestjs/common';
import { newId } from '../../ids/new-id.ts';
import { Settings } from '../../config/settings.ts';
import { SessionService } from '../sessions/session.service.ts';
import type { SessionClientInfo } from '../sessions/session.repository.ts';
import type { Role } from '../roles.ts';
import { UserRepository, type UserRow } from '../users/user.repository.ts';
import { OidcClient } from './oidc.client.ts';
import { OidcError } from './oidc-error.ts';
import type { OidcFlow } from './oidc-flow.ts';
import { type OidcPerson, uniqueUsername } from './oidc-person.ts';

const CREATOR = 'identity provider';

/** Signs people in by the identity provider. A person is a user by issuer and subject, never by a name. */
@Injectable()
export class OidcService {
  constructor(
    private readonly client: OidcClient,
    private readonly users: UserRepository,
    private readonly sessions: SessionService,
    private readonly settings: Settings,
  ) {}

  /** Returns the cookie of the session. @throws {OidcError} */
  async signIn(query: string, flow: OidcFlow, from: SessionClientInfo): Promise<string> {
    const person = await this.client.finish(query, flow);
    const known = await this.users.findBySubject(person.issuer, person.subject);
    const user = known === undefined ? await this.create(person) : await this.update(known, person);
    const token = await this.sessions.open({ kind: 'user', id: user.id }, from);
    if (token === undefined) throw new OidcError('oidc_disabled');
    return token;
  }

  private async create(person: OidcPerson): Promise<UserRow> {
    const { username, displayName, issuer, subject } = person;
    const role = this.roleOf(person);
    const user = { id: newId(), username, displayName, role, accountIds: null, createdBy: CREATOR };
    const created =
      (await this.users.insertBySubject(user, issuer, subject)) ??
      (await this.users.insertBySubject({ ...user, username: uniqueUsername(username, subject) }, issuer, subject)) ??
      (await this.users.findBySubject(issuer, subject)); // another request created it meanwhile
    if (created === undefined) throw new OidcError('oidc_refused');
    return created;
  }

  /** A role that the provider names replaces the stored one, which ends the other sessions. The last admin stays one. */
  private async update(user: UserRow, person: OidcPerson): Promise<UserRow> {
    const role = person.role ?? (this.roleOf(person) && user.role);
    const changed = await this.users.update(user.id, { displayName: person.displayName, role });
    return typeof changed === 'string' ? user : changed;
  }

  private roleOf({ role }: OidcPerson): Role {
    const given = role ?? this.settings.oidcDefaultRole;
    if (given === undefined) throw new OidcError('oidc_no_role');
    return given;
  }
}

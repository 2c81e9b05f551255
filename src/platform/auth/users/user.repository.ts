import { Injectable } from '@nestjs/common';
import { executorOf, inTransaction, Pools, type SqlExecutor, type TransactionClient } from '../../database/pools.ts';
import type { Role } from '../roles.ts';
import { SessionRepository } from '../sessions/session.repository.ts';
import { VOID_LINKS } from '../sign-in/sign-in-link.sql.ts';
import {
  CREDENTIALS_OF,
  DELETE_USER,
  FIND_BY_SUBJECT,
  FIND_CREDENTIALS,
  INSERT_BY_SUBJECT,
  INSERT_USER,
  LIST_USERS,
  LOCK_ADMINS,
  LOCK_USER,
  SET_PASSWORD,
  SHOW_USER,
  UPDATE_USER,
} from './user.sql.ts';

/** What is shown of a user. */
export interface UserRow {
  readonly id: string;
  readonly username: string;
  readonly displayName: string;
  readonly role: Role;
  readonly accountIds: string[] | null;
  readonly hasPassword: boolean;
  readonly issuer: string | null;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly disabledAt: Date | null;
  readonly lastSeenAt: Date | null;
}

export interface NewUser {
  readonly id: string;
  readonly username: string;
  readonly displayName: string;
  readonly role: Role;
  /** Null for all accounts. */
  readonly accountIds: readonly string[] | null;
  readonly createdBy: string;
}

/** Members that are undefined stay. */
export interface UserChanges {
  readonly displayName?: string;
  readonly role?: Role;
  readonly accountIds?: readonly string[] | null;
  readonly disabled?: boolean;
}

export interface StoredCredentials {
  readonly id: string;
  readonly username: string;
  readonly passwordHash: string | null;
  readonly disabled: boolean;
}

/** Why a user was not changed. */
export type NotChanged = 'unknown' | 'last_admin';

@Injectable()
export class UserRepository {
  private readonly sql: SqlExecutor;

  constructor(
    private readonly pools: Pools,
    private readonly sessions: SessionRepository,
  ) {
    this.sql = executorOf(pools.api);
  }

  list(username: string | undefined, beforeId: string | undefined, limit: number): Promise<UserRow[]> {
    return this.sql.query<UserRow>(LIST_USERS, [username ?? null, beforeId ?? null, limit]);
  }

  async find(id: string): Promise<UserRow | undefined> {
    return (await this.sql.query<UserRow>(SHOW_USER, [id]))[0];
  }

  /** Undefined when the username is taken. */
  async insert({ id, username, displayName, role, accountIds, createdBy }: NewUser): Promise<UserRow | undefined> {
    return (await this.sql.query<UserRow>(INSERT_USER, [id, username, displayName, role, accountIds, createdBy]))[0];
  }

  async findBySubject(issuer: string, subject: string): Promise<UserRow | undefined> {
    return (await this.sql.query<UserRow>(FIND_BY_SUBJECT, [issuer, subject]))[0];
  }

  /** Undefined when the username or the subject is taken. */
  async insertBySubject(
    { id, username, displayName, role, createdBy }: NewUser,
    issuer: string,
    subject: string,
  ): Promise<UserRow | undefined> {
    return (await this.sql.query<UserRow>(INSERT_BY_SUBJECT, [id, username, displayName, role, issuer, subject, createdBy]))[0];
  }

  /** Ends the sessions of the user when its rights change, and makes its links void when it is disabled. */
  update(id: string, changes: UserChanges): Promise<UserRow | NotChanged> {
    return inTransaction(this.pools.api, async (tx) => {
      const admins = await tx.query<{ id: string }>(LOCK_ADMINS, []);
      const [old] = await tx.query<UserRow>(LOCK_USER, [id]);
      if (old === undefined) return 'unknown';
      const { displayName = old.displayName, role = old.role, accountIds = old.accountIds, disabled = old.disabledAt !== null } = changes;
      if (isLastOf(admins, id) && (role !== 'admin' || accountIds !== null || disabled)) return 'last_admin';
      if (disabled || role !== old.role || !isSameList(accountIds, old.accountIds)) await this.sessions.deleteOfUser(tx, id);
      if (disabled) await tx.query(VOID_LINKS, [id]);
      return (await tx.query<UserRow>(UPDATE_USER, [id, displayName, role, accountIds, disabled]))[0] ?? 'unknown';
    });
  }

  /** Undefined when it was deleted, with its sessions and links. */
  delete(id: string): Promise<NotChanged | undefined> {
    return inTransaction(this.pools.api, async (tx) => {
      const admins = await tx.query<{ id: string }>(LOCK_ADMINS, []);
      if (isLastOf(admins, id)) return 'last_admin';
      await tx.query(DELETE_USER, [id]);
      return undefined;
    });
  }

  async credentialsOfName(username: string): Promise<StoredCredentials | undefined> {
    return (await this.sql.query<StoredCredentials>(FIND_CREDENTIALS, [username]))[0];
  }

  async credentialsOf(id: string): Promise<StoredCredentials | undefined> {
    return (await this.sql.query<StoredCredentials>(CREDENTIALS_OF, [id]))[0];
  }

  /** Ends all sessions of the user and makes its links void. False when it is disabled or deleted. */
  async setPassword(tx: TransactionClient, id: string, passwordHash: string): Promise<boolean> {
    if ((await tx.query(SET_PASSWORD, [id, passwordHash])).length === 0) return false;
    await this.sessions.deleteOfUser(tx, id);
    await tx.query(VOID_LINKS, [id]);
    return true;
  }
}

function isLastOf(admins: readonly { id: string }[], id: string): boolean {
  return admins.length === 1 && admins[0]?.id === id;
}

function isSameList(a: readonly string[] | null, b: readonly string[] | null): boolean {
  return a === b || (a !== null && b !== null && a.toSorted().join() === b.toSorted().join());
}

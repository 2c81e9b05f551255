import { Injectable } from '@nestjs/common';
import { newId } from '../../ids/new-id.ts';
import { Settings } from '../../config/settings.ts';
import { executorOf, inTransaction, Pools, type SqlExecutor, type TransactionClient } from '../../database/pools.ts';
import type { SessionKind } from '../principal.ts';
import type { Role } from '../roles.ts';
import {
  DELETE_EXCESS_SESSIONS,
  DELETE_SESSION,
  DELETE_SESSIONS_OF_USER,
  FIND_SESSION,
  INSERT_SESSION,
  LIST_SESSIONS,
  SEE_USER,
  TOUCH_SESSION,
} from './session.sql.ts';

/** Whose session: `id` is that of the user or key. */
export type SessionHolder = { readonly kind: 'user' | 'key'; readonly id: string } | { readonly kind: 'local' };

export interface StoredSession {
  readonly id: string;
  readonly kind: SessionKind;
  readonly expiresAt: Date;
  /** Its last use is older than a minute. */
  readonly stale: boolean;
  /** Null for a local session, as the members below. */
  readonly holderId: string | null;
  readonly name: string | null;
  readonly displayName: string | null;
  readonly roles: Role[] | null;
  readonly accountIds: string[] | null;
  readonly keyExpiresAt: Date | null;
}

export interface SessionRow {
  readonly id: string;
  readonly kind: SessionKind;
  readonly userId: string | null;
  readonly keyId: string | null;
  readonly name: string | null;
  readonly address: string;
  readonly userAgent: string;
  readonly createdAt: Date;
  readonly lastUsedAt: Date;
  readonly expiresAt: Date;
}

/** The client that signs in. */
export interface SessionClientInfo {
  readonly address: string;
  readonly userAgent: string;
}

/** The least recently used session of a holder ends when one more begins. */
const MOST_SESSIONS = 20;
const MOST_USER_AGENT = 300;
const HOUR_S = 3_600;

@Injectable()
export class SessionRepository {
  private readonly sql: SqlExecutor;
  private readonly idleSeconds: number;
  private readonly lifeSeconds: number;

  constructor(
    private readonly pools: Pools,
    { sessionIdleHours, sessionMaxHours }: Settings,
  ) {
    this.sql = executorOf(pools.api);
    this.idleSeconds = sessionIdleHours * HOUR_S;
    this.lifeSeconds = sessionMaxHours * HOUR_S;
  }

  async find(tokenHash: Buffer): Promise<StoredSession | undefined> {
    return (await this.sql.query<StoredSession>(FIND_SESSION, [this.idleSeconds, tokenHash]))[0];
  }

  async touch(id: string): Promise<void> {
    await this.sql.query(TOUCH_SESSION, [id]);
  }

  /** False when the user does not exist or is disabled. */
  insert(holder: SessionHolder, tokenHash: Buffer, client: SessionClientInfo): Promise<boolean> {
    return inTransaction(this.pools.api, (tx) => this.insertIn(tx, holder, tokenHash, client));
  }

  async insertIn(tx: TransactionClient, holder: SessionHolder, tokenHash: Buffer, client: SessionClientInfo): Promise<boolean> {
    const owner = ownerOf(holder);
    const { address, userAgent } = client;
    const values = [newId(), tokenHash, ...owner, address, userAgent.slice(0, MOST_USER_AGENT), this.lifeSeconds];
    const inserted = await tx.query(INSERT_SESSION, values);
    if (inserted.length === 0) return false;
    await tx.query(DELETE_EXCESS_SESSIONS, [...owner, MOST_SESSIONS]);
    if (holder.kind === 'user') await tx.query(SEE_USER, [holder.id]);
    return true;
  }

  /** `holder`: null for the sessions of all. */
  list(holder: SessionHolder | null, beforeId: string | undefined, limit: number): Promise<SessionRow[]> {
    return this.sql.query<SessionRow>(LIST_SESSIONS, [this.idleSeconds, ...ownerOf(holder), beforeId ?? null, limit]);
  }

  /** `holder`: null for a session of any. False when there is none. */
  async delete(id: string, holder: SessionHolder | null): Promise<boolean> {
    return (await this.sql.query(DELETE_SESSION, [id, ...ownerOf(holder)])).length > 0;
  }

  async deleteOfUser(tx: TransactionClient, userId: string): Promise<void> {
    await tx.query(DELETE_SESSIONS_OF_USER, [userId]);
  }

  /** When a session that is used now ends. */
  endOf(session: Pick<StoredSession, 'expiresAt' | 'keyExpiresAt'>): Date {
    const ends = [session.expiresAt.getTime(), Date.now() + this.idleSeconds * 1_000];
    if (session.keyExpiresAt !== null) ends.push(session.keyExpiresAt.getTime());
    return new Date(Math.min(...ends));
  }
}

/** Kind, user and key, as the statements take them. */
function ownerOf(holder: SessionHolder | null): [kind: string | null, userId: string | null, keyId: string | null] {
  if (holder === null) return [null, null, null];
  if (holder.kind === 'local') return ['local', null, null];
  return holder.kind === 'user' ? ['user', holder.id, null] : ['key', null, holder.id];
}

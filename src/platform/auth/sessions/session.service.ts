import { Injectable } from '@nestjs/common';
import type { Principal, PrincipalSession } from '../principal.ts';
import { permissionsOf } from '../roles.ts';
import type { TokenDigest } from '../token.ts';
import {
  type SessionHolder,
  SessionRepository,
  type SessionRow,
  type StoredSession,
  type SessionClientInfo,
} from './session.repository.ts';
import { SESSION_TOKEN } from './session-token.ts';

/** The principal of local sessions. It belongs to no row, so it is constant. */
const LOCAL_ID = '00000000-0000-7000-8000-000000000002';
const LOCAL_NAME = 'local';
const MOST_KNOWN = 1_000;

/** Opens, recognises and ends the sessions of browsers. */
@Injectable()
export class SessionService {
  /** Hashes of cookies that were valid in this process. */
  private readonly known = new Set<string>();

  constructor(private readonly repository: SessionRepository) {}

  /** Opens a session and returns its cookie. Undefined when its user is disabled or deleted. */
  async open(holder: SessionHolder, client: SessionClientInfo): Promise<string | undefined> {
    const token = SESSION_TOKEN.generate();
    return (await this.repository.insert(holder, digestOf(token).hash, client)) ? token : undefined;
  }

  /**
   * The principal of a cookie; undefined when it has ended, or when its user or key may not sign in any more. Never cached: a change of a
   * user works with the next request. `beforeLookUp` may throw; it is not called for a cookie that was valid before.
   */
  async authenticate(
    cookie: string,
    { touch = true, beforeLookUp }: { touch?: boolean; beforeLookUp?: (digest: TokenDigest | undefined) => void } = {},
  ): Promise<Principal | undefined> {
    const digest = SESSION_TOKEN.parse(cookie);
    const id = digest?.hash.toString('latin1') ?? '';
    if (!this.known.has(id)) beforeLookUp?.(digest ?? undefined);
    const stored = digest === null ? undefined : await this.repository.find(digest.hash);
    if (stored === undefined) {
      this.known.delete(id);
      return undefined;
    }
    if (this.known.size >= MOST_KNOWN) this.known.clear();
    this.known.add(id);
    // Best effort: a database that rejects writes still answers reads.
    if (touch && stored.stale) void this.repository.touch(stored.id).catch(() => undefined);
    return principalOf(stored, this.repository.endOf(stored));
  }

  /** `of`: undefined for the sessions of all. */
  list(of: SessionHolder | undefined, beforeId: string | undefined, limit: number): Promise<SessionRow[]> {
    return this.repository.list(of ?? null, beforeId, limit);
  }

  /** Ends a session. `of`: undefined for one of anybody. False when there is none. */
  end(id: string, of?: SessionHolder): Promise<boolean> {
    return this.repository.delete(id, of ?? null);
  }
}

function isLocal({ id }: Principal): boolean {
  return id === LOCAL_ID;
}

/** The holder of the sessions of a principal. */
export function holderOf(principal: Principal): SessionHolder {
  if (isLocal(principal)) return { kind: 'local' };
  return { kind: principal.type === 'user' ? 'user' : 'key', id: principal.id };
}

function digestOf(token: string): TokenDigest {
  return SESSION_TOKEN.parse(token) as TokenDigest;
}

function principalOf(stored: StoredSession, endsAt: Date): Principal {
  const { id, kind, holderId, name, displayName, roles, accountIds, keyExpiresAt } = stored;
  const session = { id, kind, displayName: displayName ?? name ?? LOCAL_NAME, endsAt };
  if (kind === 'local' || holderId === null || name === null || roles === null) return localPrincipal(session);
  const permissions = permissionsOf(roles, accountIds);
  return { type: kind, id: holderId, name, roles, permissions, accountIds, expiresAt: keyExpiresAt, session };
}

function localPrincipal(session: PrincipalSession): Principal {
  const permissions = permissionsOf(['admin'], null);
  return { type: 'user', id: LOCAL_ID, name: LOCAL_NAME, roles: ['admin'], permissions, accountIds: null, expiresAt: null, session };
}

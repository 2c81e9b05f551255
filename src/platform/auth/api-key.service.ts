import { Injectable } from '@nestjs/common';
import { timingSafeEqual } from 'node:crypto';
import { AgentDirectory } from './agent-directory.ts';
import { AGENT_TOKEN } from './agent-token.ts';
import { type KeyDigest, parseApiKey } from './api-key.ts';
import { ApiKeyRepository, type StoredKey } from './api-key.repository.ts';
import type { AgentPrincipal, Principal } from './principal.ts';
import { AGENT_PERMISSIONS, permissionsOf } from './roles.ts';
import type { AuthenticationFailure } from './unauthenticated.ts';

/** A key that another process revoked works here for at most this long. */
const CACHE_MS = 30_000;
const CACHE_SIZE = 1000;

export interface Refused {
  readonly failure: AuthenticationFailure;
  /** A sentence for the caller. */
  readonly reason: string;
}

export type Authentication = { readonly principal: Principal } | Refused;

interface Verified {
  principal: Principal;
  usableUntil: number;
}

const INVALID: Refused = { failure: 'key_invalid', reason: 'The API key is not valid.' };

@Injectable()
export class ApiKeyService {
  /** By hash. Only keys that were valid: invalid ones must not push them out. */
  private readonly verified = new Map<string, Verified>();
  /** Hashes of agents' tokens that were valid. */
  private readonly agents = new Set<string>();
  private readonly lookups = new Map<string, Promise<Authentication>>();

  constructor(
    private readonly repository: ApiKeyRepository,
    private readonly directory: AgentDirectory,
  ) {}

  /**
   * Returns the holder of a key or of an agent's token, or why it is rejected. `beforeLookUp` gets the digest of a
   * well-formed key, and may throw. It is not called for a key that was valid before in this process, nor when the
   * same look-up already runs: failures of other clients, from the same address or with the same prefix, must not lock
   * a holder out.
   */
  async authenticate(key: string, beforeLookUp: (digest: KeyDigest | undefined) => void = () => undefined): Promise<Authentication> {
    const token = AGENT_TOKEN.parse(key);
    const digest = token ?? parseApiKey(key);
    if (digest === null || !this.isKnown(digest)) beforeLookUp(digest ?? undefined);
    if (digest === null) return INVALID;
    if (token !== null) return this.agentWith(token);
    const cacheId = digest.hash.toString('latin1');
    const known = this.verified.get(cacheId);
    if (known && known.usableUntil > Date.now()) return known;
    // Simultaneous requests, as after a restart, share one look-up.
    const lookup = this.lookups.get(cacheId) ?? this.lookUp(cacheId, digest).finally(() => this.lookups.delete(cacheId));
    this.lookups.set(cacheId, lookup);
    return lookup;
  }

  /** Looks up a revoked key again at its next request. */
  forget(id: string): void {
    for (const [cacheId, { principal }] of this.verified) if (principal.id === id) this.verified.delete(cacheId);
  }

  /** Not cached: the token of an agent that unregistered is invalid from that moment on. */
  private async agentWith(token: KeyDigest): Promise<Authentication> {
    const agent = await this.directory.findByTokenPrefix(token.prefix);
    const cacheId = token.hash.toString('latin1');
    if (agent === null || !timingSafeEqual(agent.hash, token.hash)) {
      this.agents.delete(cacheId);
      return INVALID;
    }
    if (this.agents.size >= CACHE_SIZE) this.agents.clear();
    this.agents.add(cacheId);
    const { id, name, leaseOwner } = agent;
    const principal: AgentPrincipal = {
      type: 'agent',
      id,
      name,
      leaseOwner,
      roles: [],
      permissions: AGENT_PERMISSIONS,
      accountIds: null,
      expiresAt: null,
    };
    return { principal };
  }

  private isKnown({ hash }: KeyDigest): boolean {
    const cacheId = hash.toString('latin1');
    return this.verified.has(cacheId) || this.agents.has(cacheId) || this.lookups.has(cacheId);
  }

  private async lookUp(cacheId: string, digest: KeyDigest): Promise<Authentication> {
    const stored = await this.repository.find(digest);
    const now = Date.now();
    const refused = refusalOf(stored, digest, now);
    if (stored === null || refused !== undefined) {
      this.verified.delete(cacheId);
      return refused ?? INVALID;
    }
    // Best effort: a database that rejects writes still answers reads.
    void this.repository.touch(stored.id).catch(() => undefined);
    const principal = principalOf(stored);
    const oldest = this.verified.keys().next();
    if (this.verified.size >= CACHE_SIZE && !oldest.done) this.verified.delete(oldest.value);
    this.verified.set(cacheId, {
      principal,
      usableUntil: Math.min(now + CACHE_MS, stored.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY),
    });
    return { principal };
  }
}

/** Says that a key is revoked or expired only to a caller that holds it: the hash must be the key's own. */
function refusalOf(stored: StoredKey | null, { hash }: KeyDigest, now: number): Refused | undefined {
  if (stored === null || stored.hash.length !== hash.length || !timingSafeEqual(stored.hash, hash)) return INVALID;
  const { revokedAt, expiresAt } = stored;
  if (revokedAt !== null) return { failure: 'key_revoked', reason: `The API key was revoked on ${revokedAt.toISOString()}.` };
  if (expiresAt === null || expiresAt.getTime() > now) return undefined;
  return { failure: 'key_expired', reason: `The API key expired on ${expiresAt.toISOString()}.` };
}

function principalOf({ id, name, roles, accountIds, expiresAt }: StoredKey): Principal {
  return { type: 'key', id, name, roles, permissions: permissionsOf(roles, accountIds), accountIds, expiresAt };
}

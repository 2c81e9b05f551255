import { Injectable } from '@nestjs/common';
import { timingSafeEqual } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AGENT_TOKEN } from './agent-token.ts';
import { generateApiKey, type KeyDigest, parseApiKey } from './api-key.ts';
import { ApiKeyStore, type StoredKey } from './api-key.store.ts';
import type { Principal } from './principal.ts';

/** A revoked key works for at most this long. */
const CACHE_MS = 30_000;
const CACHE_SIZE = 1000;

interface Verified {
  principal: Principal;
  usableUntil: number;
}

@Injectable()
export class ApiKeyService {
  private readonly store: ApiKeyStore;
  /** By hash. Only keys that were right: wrong ones must not push them out. */
  private readonly verified = new Map<string, Verified>();
  /** Hashes of agents' tokens that were right. */
  private readonly agents = new Set<string>();
  private readonly lookups = new Map<string, Promise<Principal | null>>();

  constructor(store: ApiKeyStore) {
    this.store = store;
  }

  /**
   * The holder of a key or of an agent's token; null when it is malformed, unknown, expired or revoked. `beforeLookUp` gets
   * the traces, if it has the shape of one, and may throw. It is not called for what was valid before in this process, nor when
   * the same look-up already runs: failures of others, from the same address or with the same prefix, must not lock a holder out.
   */
  async authenticate(key: string, beforeLookUp: (traces: KeyDigest | undefined) => void = () => undefined): Promise<Principal | null> {
    const token = AGENT_TOKEN.parse(key);
    const traces = token ?? parseApiKey(key);
    if (traces === null || !this.isKnown(traces)) beforeLookUp(traces ?? undefined);
    if (traces === null) return null;
    if (token !== null) return this.agentWith(token);
    const id = traces.hash.toString('latin1');
    const known = this.verified.get(id);
    if (known && known.usableUntil > Date.now()) return known.principal;
    // A crowd of requests after a restart asks the database once.
    const lookup = this.lookups.get(id) ?? this.lookUp(id, traces).finally(() => this.lookups.delete(id));
    this.lookups.set(id, lookup);
    return lookup;
  }

  /** Makes an admin key when there is none yet, leaves it in `<dataDir>/api-key` (0600) and returns it, to be shown once. */
  async ensureFirstKey(dataDir: string): Promise<string | null> {
    const key = generateApiKey();
    const traces = parseApiKey(key) as KeyDigest;
    const made = await this.store.insertFirst('first key', traces, () => writeKeyFile(dataDir, key));
    return made ? key : null;
  }

  /** Never from memory: the token of an agent that left is worth nothing from that moment on. */
  private async agentWith(token: KeyDigest): Promise<Principal | null> {
    const agent = await this.store.findAgent(token);
    const id = token.hash.toString('latin1');
    if (agent === null || !timingSafeEqual(agent.hash, token.hash)) {
      this.agents.delete(id);
      return null;
    }
    if (this.agents.size >= CACHE_SIZE) this.agents.clear();
    this.agents.add(id);
    return { id: agent.id, name: agent.owner, role: 'agent' };
  }

  private isKnown({ hash }: KeyDigest): boolean {
    const id = hash.toString('latin1');
    return this.verified.has(id) || this.agents.has(id) || this.lookups.has(id);
  }

  private async lookUp(id: string, traces: KeyDigest): Promise<Principal | null> {
    const stored = await this.store.find(traces);
    const now = Date.now();
    if (stored === null || !isUsable(stored, traces, now)) {
      this.verified.delete(id);
      return null;
    }
    const principal = { id: stored.id, name: stored.name, role: stored.role };
    const oldest = this.verified.keys().next();
    if (this.verified.size >= CACHE_SIZE && !oldest.done) this.verified.delete(oldest.value);
    this.verified.set(id, { principal, usableUntil: Math.min(now + CACHE_MS, stored.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY) });
    return principal;
  }
}

function isUsable(stored: StoredKey, { hash }: KeyDigest, now: number): boolean {
  const right = stored.hash.length === hash.length && timingSafeEqual(stored.hash, hash);
  return right && stored.revokedAt === null && (stored.expiresAt === null || stored.expiresAt.getTime() > now);
}

/** Through a second name, so that a reader never sees half a key, and a file left open to others keeps nothing of it. */
async function writeKeyFile(dataDir: string, key: string): Promise<void> {
  await mkdir(dataDir, { recursive: true });
  const file = join(dataDir, 'api-key');
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, key, { mode: 0o600, flush: true });
  await rename(draft, file);
}

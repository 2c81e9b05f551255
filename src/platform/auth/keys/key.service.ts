import { Injectable } from '@nestjs/common';
import { newId } from '../../ids/new-id.ts';
import { formatActor } from '../../../core/actor/actor.ts';
import { ProblemError } from '../../http/problem.ts';
import { isUuid } from '../../http/uuid.ts';
import { generateApiKey, type KeyDigest, parseApiKey } from '../api-key.ts';
import { ApiKeyService } from '../api-key.service.ts';
import type { Principal } from '../principal.ts';
import { AccountDirectory } from './account-directory.ts';
import { requireGrantable, type KeyGrant } from './key-grant.ts';
import { KeyRepository, type KeyRow } from './key.repository.ts';

export interface KeyRequest extends KeyGrant {
  readonly name: string;
}

/** Creates, lists and revokes API keys. A caller that is limited to accounts sees only keys that are limited to some of them. */
@Injectable()
export class KeyService {
  constructor(
    private readonly repository: KeyRepository,
    private readonly cache: ApiKeyService,
    private readonly accounts: AccountDirectory,
  ) {}

  /** The key itself is in this answer only. @throws {ProblemError} 403, or 422 for an expiry in the past and unknown accounts */
  async create(request: KeyRequest, creator: Principal): Promise<{ row: KeyRow; key: string }> {
    const { name, roles, accountIds, expiresAt } = request;
    requireGrantable(creator, request);
    if (expiresAt !== null && expiresAt.getTime() <= Date.now()) throw invalid('/expiresAt', 'past', 'must be in the future');
    await this.requireAccounts(accountIds ?? []);
    const key = generateApiKey();
    const digest = parseApiKey(key) as KeyDigest;
    const row = await this.repository.insert({ id: newId(), name, digest, roles, accountIds, createdBy: formatActor(creator), expiresAt });
    return { row, key };
  }

  list({ accountIds }: Principal, beforeId: string | undefined, limit: number): Promise<KeyRow[]> {
    return this.repository.list(accountIds, beforeId, limit);
  }

  async get(id: string, { accountIds }: Principal): Promise<KeyRow> {
    const row = isUuid(id) ? await this.repository.find(accountIds, id) : undefined;
    if (!row)
      throw ProblemError.notFound('key_not_found', `There is no API key "${id.slice(0, 100)}".`, { detail: 'GET /keys lists all.' });
    return row;
  }

  /** Ends the key here at once, in other processes within 30 s. @throws {ProblemError} 409 for the last key that can administer */
  async revoke(id: string, allowLastAdmin: boolean, principal: Principal): Promise<KeyRow> {
    await this.get(id, principal);
    const row = await this.repository.revoke(id.toLowerCase(), formatActor(principal), allowLastAdmin);
    if (!row) throw lastAdmin();
    this.cache.forget(row.id);
    return row;
  }

  private async requireAccounts(accountIds: readonly string[]): Promise<void> {
    const existing = await this.accounts.existing(accountIds);
    const index = accountIds.findIndex((id) => !existing.has(id));
    if (index >= 0) throw invalid(`/accountIds/${index}`, 'unknown_account', 'is not the id of an account; GET /accounts lists all');
  }
}

function invalid(pointer: string, code: string, detail: string): ProblemError {
  return ProblemError.unprocessable('validation_failed', 'The API key cannot be created.', {
    detail: `${pointer.slice(1)} ${detail}.`,
    errors: [{ pointer, code, detail }],
  });
}

function lastAdmin(): ProblemError {
  return ProblemError.conflict('last_admin_key', 'This is the last usable key with the role admin for all accounts.', {
    detail: 'Create another admin key first, or send allowLastAdmin=true.',
  });
}

import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { And, In, LessThan, type QueryDeepPartialEntity, Repository } from 'typeorm';
import { newId } from '../../platform/ids/new-id.ts';
import type { Source } from '../../creators/creator.ts';
import { CreatorRegistry, DEFAULT_CREATOR } from '../../creators/creator.registry.ts';
import type { CreatorOptions } from '../../creators/options-table.ts';
import { SourcePolicy } from '../../creators/offline/source-policy.ts';
import { closest } from '../../core/text/closest.ts';
import { type AccountLookup, LooksUpAccounts } from '../../platform/auth/keys/account-directory.ts';
import { isForeignKeyViolation, isUniqueViolation } from '../../platform/database/unique-violation.ts';
import { versionChanged } from '../../platform/http/etag.ts';
import { type ProblemDetail, ProblemError } from '../../platform/http/problem.ts';
import { isUuid } from '../../platform/http/uuid.ts';
import { checkCreator, checkOptions } from '../creators/creator-choice.ts';
import type { CreateAccountBody, UpdateAccountBody } from './account-body.dto.ts';
import { NEW_ACCOUNT } from './account.defaults.ts';
import { Account } from './account.entity.ts';

/** Problem code for an account with sources that can never be read. */
export const SOURCE_UNUSABLE = 'source_unusable';

/** The accounts that a caller is limited to; null for all. An account outside of them does not exist for the caller. */
export type AccountLimit = readonly string[] | null;

export function isWithin(limit: AccountLimit, accountId: string): boolean {
  return limit === null || limit.includes(accountId.toLowerCase());
}

@Injectable()
@LooksUpAccounts('accounts')
export class AccountService implements AccountLookup {
  constructor(
    @InjectRepository(Account) private readonly accounts: Repository<Account>,
    private readonly sourcePolicy: SourcePolicy,
    private readonly creators: CreatorRegistry,
  ) {}

  async create(body: CreateAccountBody): Promise<Account> {
    this.checkCreator(body.creator ?? DEFAULT_CREATOR, body.creatorOptions ?? {});
    await this.refuseUnusable(body.sources ?? []);
    const account = this.accounts.create({ ...NEW_ACCOUNT, ...body, id: newId() });
    return nameTaken(body.name, this.accounts.save(account));
  }

  async existing(ids: readonly string[]): Promise<string[]> {
    return (await this.accounts.find({ select: { id: true }, where: { id: In(ids) } })).map(({ id }) => id);
  }

  /** Finds an account by id. */
  async get(id: string, within: AccountLimit = null): Promise<Account> {
    const account = isUuid(id) && isWithin(within, id) ? await this.accounts.findOneBy({ id }) : null;
    if (!account)
      throw ProblemError.notFound('account_not_found', `There is no account "${id.slice(0, 100)}".`, {
        detail: 'GET /accounts lists all.',
      });
    return account;
  }

  /** In the order of the ids; unknown ones are left out. */
  async getMany(ids: readonly string[]): Promise<Account[]> {
    const found = new Map((await this.accounts.find({ where: { id: In(ids) } })).map((account) => [account.id, account]));
    return [...new Set(ids.map((id) => id.toLowerCase()))].flatMap((id) => found.get(id) ?? []);
  }

  /** The oldest first. */
  allActive(): Promise<Account[]> {
    return this.accounts.find({ where: { status: 'active' }, order: { id: 'ASC' } });
  }

  /** A hint for an unknown account name. */
  async hintFor(name: string, within: AccountLimit = null): Promise<string> {
    const rows = await this.accounts.find({ select: { name: true }, where: within === null ? {} : { id: In(within) }, take: 1_000 });
    const near = closest(
      name,
      rows.map((row) => row.name),
    );
    return near === null ? 'GET /accounts lists all.' : `Did you mean "${near}"?`;
  }

  async findByName(name: string, within: AccountLimit = null): Promise<Account | null> {
    const account = await this.accounts.findOneBy({ name });
    return account && isWithin(within, account.id) ? account : null;
  }

  /** Newest first, including archived accounts. */
  list(limit: number, beforeId?: string, within: AccountLimit = null): Promise<Account[]> {
    const where = [...(beforeId === undefined ? [] : [LessThan(beforeId)]), ...(within === null ? [] : [In(within)])];
    return this.accounts.find({ where: where.length === 0 ? {} : { id: And(...where) }, order: { id: 'DESC' }, take: limit });
  }

  /** Replaces the given members. `account` is the version that was read. Throws 412 when another request changed it since. */
  async update(account: Account, changes: UpdateAccountBody): Promise<Account> {
    const { id, version, name } = account;
    const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
    if (Object.keys(given).length === 0) return account;
    if (changes.creator !== undefined || changes.creatorOptions !== undefined)
      this.checkCreator(changes.creator ?? account.creator, changes.creatorOptions ?? account.creatorOptions);
    await this.refuseUnusable(changes.sources ?? []);
    const changed = await nameTaken(changes.name ?? name, this.accounts.update({ id, version }, given as QueryDeepPartialEntity<Account>));
    const stored = await this.get(id);
    if (changed.affected === 0) throw versionChanged(stored.version);
    return stored;
  }

  /** Deletes the row of an account that nothing belongs to. @throws {ProblemError} 409 */
  async erase({ id, name }: Account): Promise<void> {
    try {
      await this.accounts.delete({ id });
    } catch (error) {
      if (!isForeignKeyViolation(error)) throw error;
      throw ProblemError.conflict('account_in_use', `The account "${name}" has contents, content tasks, topics or channels.`, {
        detail: 'Delete its topics and channels first. An account with contents can only be archived: leave out erase.',
      });
    }
  }

  /** By name, for an export. */
  all(within: AccountLimit): Promise<Account[]> {
    return this.accounts.find({ where: within === null ? {} : { id: In(within) }, order: { name: 'ASC' } });
  }

  /** What a request with these members would be rejected for, beyond the types of its members. `account`: the stored one. */
  async findFaults(body: UpdateAccountBody, account?: Account): Promise<ProblemDetail[]> {
    const { creator = account?.creator ?? DEFAULT_CREATOR, creatorOptions = account?.creatorOptions ?? {}, sources = [] } = body;
    try {
      this.checkCreator(creator, creatorOptions);
      await this.refuseUnusable(sources);
      return [];
    } catch (error) {
      if (!(error instanceof ProblemError) || error.errors.length === 0) throw error;
      return error.errors;
    }
  }

  private checkCreator(name: string, options: CreatorOptions): void {
    checkOptions(checkCreator(this.creators, name), name, options);
  }

  private async refuseUnusable(sources: readonly Source[]): Promise<void> {
    const unusable = await this.sourcePolicy.findUnusable(sources);
    if (unusable.length === 0) return;
    throw ProblemError.unprocessable(SOURCE_UNUSABLE, 'A source of the account cannot be read.', {
      detail: unusable.map(({ source, detail }) => `Source ${source + 1}: ${detail}`).join(' '),
      errors: unusable.map(({ source, member, code, detail }) => ({ pointer: `/sources/${source}/${member}`, code, detail })),
    });
  }
}

/** Turns a unique violation on `name` into a problem that names the field. */
async function nameTaken<T>(name: string, write: Promise<T>): Promise<T> {
  try {
    return await write;
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw ProblemError.conflict('account_name_taken', `There is an account named "${name}" already.`, {
      errors: [{ pointer: '/name', code: 'taken', detail: 'is taken, choose another' }],
    });
  }
}

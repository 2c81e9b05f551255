import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validate } from 'class-validator';
import { DataSource, type EntityManager, In, type QueryDeepPartialEntity } from 'typeorm';
import { newId } from '../../../platform/ids/new-id.ts';
import { isUniqueViolation } from '../../../platform/database/unique-violation.ts';
import { type ProblemDetail, ProblemError } from '../../../platform/http/problem.ts';
import { toFieldErrors } from '../../../platform/http/validation.ts';
import { NEW_ACCOUNT } from '../account.defaults.ts';
import { CreateAccountBody, UpdateAccountBody } from '../account-body.dto.ts';
import { Account, ACCOUNT_STATUSES } from '../account.entity.ts';

import { AccountService } from '../account.service.ts';
import { diffAccount } from './account-diff.ts';
import type { AccountImportView, ImportedAccountView } from './account-import.dto.ts';
import { type AccountEntry, readAccountsFile } from './accounts-file.ts';

const RULES = { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: true };

/** What an import does to one account. `body` is undefined when it has errors. */
interface PlannedAccount {
  readonly entry: AccountEntry;
  readonly stored: Account | undefined;
  readonly body: Record<string, unknown> | undefined;
  readonly view: ImportedAccountView;
}

export interface ImportPlan {
  readonly etag: string;
  readonly accounts: readonly PlannedAccount[];
}

/** Reads a file of accounts, says what it would change, and changes it: all accounts or none. */
@Injectable()
export class AccountImportService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly accounts: AccountService,
  ) {}

  /** @throws {ProblemError} 422 `accounts_file_invalid`, with the line of each problem, for a file that cannot be read */
  async preview(text: string): Promise<AccountImportView> {
    return viewOf(await this.plan(text, this.dataSource.manager, false), false);
  }

  /**
   * Applies the file when the accounts that it names are those of the preview with this tag; `*` applies it to any.
   * @throws {ProblemError} 412 `accounts_changed`, 422 `accounts_invalid`
   */
  async apply(text: string, ifMatch: string): Promise<AccountImportView> {
    try {
      return await this.dataSource.transaction(async (manager) => {
        const plan = await this.plan(text, manager, true);
        if (ifMatch !== '*' && ifMatch !== plan.etag) throw changedSince(plan.etag);
        const errors = plan.accounts.flatMap(({ entry, view }) =>
          view.errors.map(({ field, line, detail }) => ({
            pointer: field,
            code: 'account_invalid',
            detail: `${entry.name}, line ${line}: ${detail}`,
          })),
        );
        if (errors.length > 0) throw refused('accounts_invalid', 'Nothing was imported, because accounts of the file have errors.', errors);
        for (const account of plan.accounts) await store(manager, account);
        return viewOf(plan, true);
      });
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      // another request created an account of the file meanwhile
      throw changedSince((await this.plan(text, this.dataSource.manager, false)).etag);
    }
  }

  private async plan(text: string, manager: EntityManager, lock: boolean): Promise<ImportPlan> {
    const { entries, problems } = readAccountsFile(text);
    if (problems.length > 0) {
      const errors = problems
        .slice(0, 20)
        .map(({ line, detail }) => ({ pointer: '', code: 'file_invalid', detail: `line ${line}: ${detail}` }));
      throw refused('accounts_file_invalid', 'The file cannot be read.', errors);
    }
    const stored = await manager.find(Account, {
      where: { name: In(entries.map(({ name }) => name)) },
      order: { id: 'ASC' }, // the order of locks
      ...(lock && { lock: { mode: 'pessimistic_write' as const } }),
    });
    const accounts: PlannedAccount[] = [];
    for (const entry of entries) {
      accounts.push(
        await this.planOne(
          entry,
          stored.find(({ name }) => name === entry.name),
        ),
      );
    }
    return { etag: etagOf(text, accounts), accounts };
  }

  /** A member that is not given is not changed. */
  private async planOne(entry: AccountEntry, stored: Account | undefined): Promise<PlannedAccount> {
    const { name } = entry;
    const { body, problems } = await this.check(entry, stored);
    const errors = problems.map(({ pointer, detail }) => ({
      field: pointer,
      line: entry.lineOf(pathOf(pointer)),
      detail,
      remedy: `Correct ${pointer === '' ? 'the account' : pointer} in the file.`,
    }));
    if (errors.length > 0) return { entry, stored, body: undefined, view: { name, action: 'error', changes: [], errors } };
    const changes = diffAccount(stored === undefined ? {} : ({ ...stored } as Record<string, unknown>), body);
    const action = stored === undefined ? 'created' : changes.length > 0 ? 'changed' : 'unchanged';
    return { entry, stored, body, view: { name, action, changes, errors } };
  }

  /** The members as JSON, which is how they are stored. */
  private async check(
    entry: AccountEntry,
    stored: Account | undefined,
  ): Promise<{ body: Record<string, unknown>; problems: ProblemDetail[] }> {
    const { status, ...members } = entry.members;
    const type: new () => UpdateAccountBody = stored === undefined ? CreateAccountBody : UpdateAccountBody;
    const given = plainToInstance(type, members);
    const problems = toFieldErrors(await validate(given, RULES));
    if (status !== undefined && !ACCOUNT_STATUSES.some((known) => known === status))
      problems.push({ pointer: '/status', code: 'is_in', detail: `status must be one of ${ACCOUNT_STATUSES.join(', ')}` });
    if (problems.length === 0) problems.push(...(await this.accounts.findFaults(given, stored)));
    return { body: JSON.parse(JSON.stringify(entry.members)) as Record<string, unknown>, problems };
  }
}

async function store(manager: EntityManager, { stored, body, view }: PlannedAccount): Promise<void> {
  if (body === undefined || view.action === 'unchanged') return;
  if (stored === undefined) await manager.insert(Account, { ...NEW_ACCOUNT, ...body, id: newId() } as QueryDeepPartialEntity<Account>);
  else await manager.update(Account, { id: stored.id, version: stored.version }, body as QueryDeepPartialEntity<Account>);
}

/** Names the file and the versions of the accounts that it is about, present or not. */
function etagOf(text: string, accounts: readonly PlannedAccount[]): string {
  const facts = accounts.map(({ entry, stored }) => [entry.name, stored?.id ?? null, stored?.version ?? null]);
  return `"${createHash('sha256')
    .update(JSON.stringify([text, facts]))
    .digest('hex')
    .slice(0, 32)}"`;
}

function viewOf({ etag, accounts }: ImportPlan, applied: boolean): AccountImportView {
  const items = accounts.map(({ view }) => view);
  const count = (action: ImportedAccountView['action']) => items.filter((item) => item.action === action).length;
  return {
    etag,
    applied,
    created: count('created'),
    changed: count('changed'),
    unchanged: count('unchanged'),
    errors: count('error'),
    items,
  };
}

function changedSince(etag: string): ProblemError {
  return ProblemError.preconditionFailed('accounts_changed', 'The file, or an account that it names, was changed since the preview.', {
    detail: 'Repeat the request with dryRun=true, read what it would change, and send its etag.',
    headers: { etag },
  });
}

function refused(code: string, title: string, errors: ProblemDetail[]): ProblemError {
  return ProblemError.unprocessable(code, title, { detail: errors.map(({ detail }) => detail).join(' '), errors });
}

function pathOf(pointer: string): (string | number)[] {
  return pointer
    .slice(1)
    .split('/')
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part.replaceAll('~1', '/').replaceAll('~0', '~')));
}

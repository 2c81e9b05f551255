import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsString, IsUUID, MaxLength } from 'class-validator';
import { IfGiven } from '../../platform/http/if-given.decorator.ts';
import { IsName } from '../../platform/http/is-name.decorator.ts';
import { ProblemError } from '../../platform/http/problem.ts';
import { type AccountLimit, type AccountService, isWithin } from './account.service.ts';

/** The account of a request, by its id or its name. */
export class AccountReference {
  @ApiPropertyOptional({ format: 'uuid', description: 'The id of the account. Alternatively, send its name in `account`.' })
  @IsUUID()
  @IfGiven()
  accountId?: string;

  @ApiPropertyOptional({ description: 'Name of the account, instead of accountId.' })
  @IsString()
  @IsName()
  @MaxLength(100)
  @IfGiven()
  account?: string;
}

/** The id is only checked against the limit of the caller: it may be of no account. @throws {ProblemError} 422 that names the field. */
export async function accountIdOf(
  accounts: AccountService,
  { accountId: id, account: name }: AccountReference,
  within: AccountLimit,
): Promise<string> {
  const detail = 'Send either accountId, or account with its name.';
  if (id !== undefined && name !== undefined) {
    const errors = [{ pointer: '/account', code: 'account_named_twice', detail }];
    throw ProblemError.unprocessable('account_named_twice', 'The account was given twice.', { detail, errors });
  }
  if (id !== undefined) {
    if (!isWithin(within, id)) throw unknownAccount(id);
    return id;
  }
  if (name === undefined) {
    const errors = [{ pointer: '/accountId', code: 'required', detail }];
    throw ProblemError.unprocessable('account_required', 'No account was given.', { detail, errors });
  }
  const errors = [{ pointer: '/account', code: 'account_not_found', detail: 'is not an account' }];
  const account = await accounts.findByName(name, within);
  if (!account)
    throw ProblemError.unprocessable('account_not_found', `There is no account "${name}".`, {
      detail: await accounts.hintFor(name, within),
      errors,
    });
  return account.id;
}

export function unknownAccount(id: string): ProblemError {
  return ProblemError.unprocessable('account_not_found', `There is no account ${id}.`, {
    errors: [{ pointer: '/accountId', code: 'account_not_found', detail: 'is not an account' }],
  });
}

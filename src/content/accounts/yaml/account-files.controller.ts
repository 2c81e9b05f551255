import { Body, Controller, Get, Headers, HttpCode, Post, Query, StreamableFile } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiHeader, ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { isUtf8 } from 'node:buffer';
import { RequirePermission } from '../../../platform/auth/permission.decorator.ts';
import { CurrentPrincipal, type Principal } from '../../../platform/auth/principal.ts';
import { RawBody } from '../../../platform/http/large-body.decorator.ts';
import { ProblemError } from '../../../platform/http/problem.ts';
import { AccountService } from '../account.service.ts';
import { AccountImportQuery, AccountImportView } from './account-import.dto.ts';
import { AccountImportService } from './account-import.service.ts';
import { writeAccountsFile } from './accounts-file.ts';

/** A file of this size takes about a second to parse, in the process that answers all requests. */
const MAX_FILE_BYTES = 512 * 1024;

/** Accounts as a YAML file. */
@ApiTags('accounts')
@Controller('accounts')
export class AccountFilesController {
  constructor(
    private readonly accounts: AccountService,
    private readonly imports: AccountImportService,
  ) {}

  @Get('export')
  @RequirePermission('accounts:read')
  @ApiOperation({ operationId: 'accounts_export', summary: 'All accounts as a YAML file, by name. It has no channels and no secrets' })
  @ApiProduces('application/yaml')
  @ApiOkResponse({ schema: { type: 'string', format: 'binary' } })
  async export(@CurrentPrincipal() { accountIds }: Principal): Promise<StreamableFile> {
    const text = writeAccountsFile(await this.accounts.all(accountIds));
    return new StreamableFile(Buffer.from(text), { type: 'application/yaml', disposition: 'attachment; filename="accounts.yaml"' });
  }

  @Post('import')
  @RequirePermission('accounts:import')
  @RawBody()
  @HttpCode(200)
  @ApiConsumes('application/yaml')
  @ApiBody({ schema: { type: 'string', format: 'binary' }, description: 'A file of at most 512 KiB, as of accounts_export.' })
  @ApiOperation({
    operationId: 'accounts_import',
    summary: 'Create and change accounts from a YAML file: all of them or none',
    description:
      'An account of the file is known by its name. Members that the file does not give stay as they are, and accounts that it does not name are not changed. With `dryRun=true` the answer says what would change; without it, `If-Match` must be the etag of that answer.',
  })
  @ApiHeader({ name: 'If-Match', required: false, description: 'The etag of the preview, or *. Required without dryRun.' })
  @ApiOkResponse({ type: AccountImportView })
  import(
    @Query() { dryRun }: AccountImportQuery,
    @Headers('if-match') ifMatch: string | undefined,
    @Body() body: unknown,
  ): Promise<AccountImportView> {
    const text = textOf(body);
    if (dryRun === 'true') return this.imports.preview(text);
    if (ifMatch === undefined || ifMatch.trim() === '') {
      throw ProblemError.preconditionRequired('if_match_required', 'The header If-Match is missing.', {
        detail: 'Send the etag of the answer with dryRun=true, so that only what was shown is applied.',
      });
    }
    return this.imports.apply(text, ifMatch.trim());
  }
}

function textOf(body: unknown): string {
  if (!Buffer.isBuffer(body)) {
    throw ProblemError.unsupportedMediaType('unsupported_media_type', 'The body is not a YAML file.', {
      detail: 'Send it with Content-Type: application/yaml.',
    });
  }
  if (body.length > MAX_FILE_BYTES) throw ProblemError.tooLarge('body_too_large', 'The file is larger than 512 KiB. Split it.');
  if (!isUtf8(body)) throw ProblemError.badRequest('invalid_utf8', 'The file is not UTF-8.');
  const text = body.toString('utf8');
  if (text.includes('\0')) throw ProblemError.unprocessable('nul_character', 'The file contains a NUL character.');
  return text;
}

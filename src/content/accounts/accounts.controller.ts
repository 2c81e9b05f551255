import { CurrentPrincipal, type Principal } from '../../platform/auth/principal.ts';
import { Body, Controller, Delete, Get, Headers, HttpCode, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { ApiConflictResponse, ApiCreatedResponse, ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { RequirePermission } from '../../platform/auth/permission.decorator.ts';
import { withHeaders } from '../../platform/http/answer-headers.ts';
import { etagOf, requireIfMatch } from '../../platform/http/etag.ts';
import { decodeIdCursor, idPage, PageQuery } from '../../platform/http/paging.ts';
import { ArchiveQuery, CreateAccountBody, UpdateAccountBody } from './account-body.dto.ts';
import { AccountPage, AccountView } from './account.view.ts';
import type { Account } from './account.entity.ts';
import { AccountService } from './account.service.ts';

const LIST = 'accounts';
const IF_MATCH = { name: 'If-Match', required: true, description: 'The ETag of the version you read.' };

@ApiTags('accounts')
@Controller('accounts')
export class AccountsController {
  constructor(private readonly accounts: AccountService) {}

  @Post()
  @RequirePermission('accounts:create')
  @HttpCode(201)
  @ApiOperation({ operationId: 'accounts_create', summary: 'Create a publishing account' })
  @ApiCreatedResponse({ type: AccountView, ...withHeaders('Location', 'ETag') })
  @ApiConflictResponse({ description: 'The name is taken.' })
  async create(@Body() body: CreateAccountBody, @Res({ passthrough: true }) reply: FastifyReply): Promise<AccountView> {
    const account = await this.accounts.create(body);
    void reply.header('location', `/accounts/${account.id}`);
    return this.show(account, reply);
  }

  @Get()
  @RequirePermission('accounts:read')
  @ApiOperation({ operationId: 'accounts_list', summary: 'Accounts, newest first' })
  @ApiOkResponse({ type: AccountPage })
  async list(@Query() query: PageQuery, @CurrentPrincipal() { accountIds }: Principal): Promise<AccountPage> {
    const rows = await this.accounts.list(query.limit + 1, decodeIdCursor(LIST, query.cursor), accountIds);
    return idPage(LIST, rows, query.limit, (account) => account);
  }

  @Get(':id')
  @RequirePermission('accounts:read')
  @ApiOperation({ operationId: 'accounts_get', summary: 'One account' })
  @ApiOkResponse({ type: AccountView, ...withHeaders('ETag') })
  async get(
    @Param('id') id: string,
    @CurrentPrincipal() { accountIds }: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AccountView> {
    return this.show(await this.accounts.get(id, accountIds), reply);
  }

  @Patch(':id')
  @RequirePermission('accounts:edit')
  @ApiOperation({ operationId: 'accounts_update', summary: 'Change an account: replaces the given members' })
  @ApiHeader(IF_MATCH)
  @ApiConflictResponse({ description: 'The name is taken.' })
  @ApiOkResponse({ type: AccountView, ...withHeaders('ETag') })
  async update(
    @Param('id') id: string,
    @Body() body: UpdateAccountBody,
    @Headers('if-match') ifMatch: string | undefined,
    @CurrentPrincipal() { accountIds }: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AccountView> {
    const account = await this.accounts.get(id, accountIds);
    requireIfMatch(ifMatch, account.version);
    return this.show(await this.accounts.update(account, body), reply);
  }

  @Delete(':id')
  @RequirePermission('accounts:delete')
  @ApiOperation({
    operationId: 'accounts_archive',
    summary: 'Archive an account: its contents are kept, new tasks are rejected; or erase it',
  })
  @ApiConflictResponse({ description: 'It cannot be erased, because something belongs to it.' })
  @ApiOkResponse({ type: AccountView, ...withHeaders('ETag') })
  async archive(
    @Param('id') id: string,
    @Query() { erase }: ArchiveQuery,
    @CurrentPrincipal() { accountIds }: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AccountView> {
    const account = await this.accounts.get(id, accountIds);
    if (erase !== 'true') return this.show(await this.accounts.update(account, { status: 'archived' }), reply);
    await this.accounts.erase(account);
    return this.show(account, reply);
  }

  private show(account: Account, reply: FastifyReply): AccountView {
    void reply.header('etag', etagOf(account.version));
    return account;
  }
}

import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiConflictResponse, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { withHeaders } from '../../http/answer-headers.ts';
import { decodeIdCursor, idPage, PageQuery } from '../../http/paging.ts';
import { RequirePermission } from '../permission.decorator.ts';
import { CurrentPrincipal, type Principal } from '../principal.ts';
import { CreatedKeyView, CreateKeyBody, KeyPage, KeyView, RevokeKeyQuery, toKeyView } from './key.dto.ts';
import { KeyService } from './key.service.ts';

const LIST = 'keys';

@ApiTags('keys')
@Controller('keys')
@RequirePermission('keys:manage')
export class KeysController {
  constructor(private readonly keys: KeyService) {}

  @Post()
  @HttpCode(201)
  @ApiOperation({ operationId: 'keys_create', summary: 'Create an API key: it is shown once' })
  @ApiCreatedResponse({ type: CreatedKeyView, ...withHeaders('Location') })
  async create(
    @Body() { name, roles, accountIds, expiresAt }: CreateKeyBody,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CreatedKeyView> {
    const request = { name, roles, accountIds: accountIds ?? null, expiresAt: expiresAt === undefined ? null : new Date(expiresAt) };
    const { row, key } = await this.keys.create(request, principal);
    void reply.header('location', `/keys/${row.id}`).header('cache-control', 'no-store');
    return { ...toKeyView(row), key };
  }

  @Get()
  @ApiOperation({ operationId: 'keys_list', summary: 'API keys, newest first, without their secrets' })
  @ApiOkResponse({ type: KeyPage })
  async list(@Query() { limit, cursor }: PageQuery, @CurrentPrincipal() principal: Principal): Promise<KeyPage> {
    return idPage(LIST, await this.keys.list(principal, decodeIdCursor(LIST, cursor), limit + 1), limit, toKeyView);
  }

  @Get(':keyId')
  @ApiOperation({ operationId: 'keys_get', summary: 'One API key: its rights, its expiry and its last use' })
  @ApiOkResponse({ type: KeyView })
  async get(@Param('keyId') keyId: string, @CurrentPrincipal() principal: Principal): Promise<KeyView> {
    return toKeyView(await this.keys.get(keyId, principal));
  }

  @Delete(':keyId')
  @ApiOperation({ operationId: 'keys_revoke', summary: 'Revoke an API key: requests with it answer 401, and its event streams end' })
  @ApiOkResponse({ type: KeyView })
  @ApiConflictResponse({ description: 'The key is the last usable admin key for all accounts.' })
  async revoke(
    @Param('keyId') keyId: string,
    @Query() { allowLastAdmin }: RevokeKeyQuery,
    @CurrentPrincipal() principal: Principal,
  ): Promise<KeyView> {
    return toKeyView(await this.keys.revoke(keyId, allowLastAdmin === 'true', principal));
  }
}

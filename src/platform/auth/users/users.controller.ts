import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import { ApiConflictResponse, ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Settings } from '../../config/settings.ts';
import { withHeaders } from '../../http/answer-headers.ts';
import { decodeIdCursor, idPage } from '../../http/paging.ts';
import { publicOrigin } from '../../http/public-origin.ts';
import { RequirePermission } from '../permission.decorator.ts';
import { CurrentPrincipal, type Principal } from '../principal.ts';
import { ChangeUserBody, CreateUserBody, LinkBody, SignInLinkView, toUserView, UserPage, UserView, UsersQuery } from './user.dto.ts';
import { UserService } from './user.service.ts';

const LIST = 'users';

@ApiTags('users')
@Controller('users')
@RequirePermission('users:manage')
export class UsersController {
  constructor(
    private readonly users: UserService,
    private readonly settings: Settings,
  ) {}

  @Post()
  @HttpCode(201)
  @ApiOperation({ operationId: 'users_create', summary: 'Create a user, who signs in after setting a password by a link' })
  @ApiCreatedResponse({ type: UserView, ...withHeaders('Location') })
  @ApiConflictResponse({ description: 'The username is taken: `username_taken`.' })
  async create(
    @Body() { username, displayName, role, accountIds }: CreateUserBody,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<UserView> {
    const request = { username, displayName: displayName ?? username, role, accountIds: accountIds ?? null };
    const row = await this.users.create(request, principal);
    void reply.header('location', `/users/${row.id}`);
    return toUserView(row);
  }

  @Get()
  @ApiOperation({ operationId: 'users_list', summary: 'Users, newest first' })
  @ApiOkResponse({ type: UserPage })
  async list(@Query() { limit, cursor, username }: UsersQuery): Promise<UserPage> {
    return idPage(LIST, await this.users.list(username, decodeIdCursor(LIST, cursor), limit + 1), limit, toUserView);
  }

  @Get(':userId')
  @ApiOperation({ operationId: 'users_get', summary: 'One user' })
  @ApiOkResponse({ type: UserView })
  async get(@Param('userId') userId: string): Promise<UserView> {
    return toUserView(await this.users.get(userId));
  }

  @Patch(':userId')
  @ApiOperation({
    operationId: 'users_update',
    summary: 'Change a user: name, role, accounts, disabled',
    description: 'A change of the role or the accounts, and disabling, end the sessions of the user at once.',
  })
  @ApiOkResponse({ type: UserView })
  @ApiConflictResponse({ description: 'The last enabled admin for all accounts would lose this: `last_admin`.' })
  async update(
    @Param('userId') userId: string,
    @Body() changes: ChangeUserBody,
    @CurrentPrincipal() principal: Principal,
  ): Promise<UserView> {
    return toUserView(await this.users.change(userId, changes, principal));
  }

  @Delete(':userId')
  @HttpCode(204)
  @ApiOperation({ operationId: 'users_delete', summary: 'Delete a user with its sessions and links; what it did stays in the audit' })
  @ApiNoContentResponse({ description: 'The user is deleted.' })
  @ApiConflictResponse({ description: 'It is the last enabled admin for all accounts: `last_admin`.' })
  delete(@Param('userId') userId: string): Promise<void> {
    return this.users.delete(userId);
  }

  @Post(':userId/link')
  @HttpCode(201)
  @ApiOperation({
    operationId: 'users_createLink',
    summary: 'Make a link by which the user sets a password: single use, for 48 hours',
    description: 'Earlier links of the user become void.',
  })
  @ApiCreatedResponse({ type: SignInLinkView })
  @ApiConflictResponse({ description: 'The user is disabled (`user_disabled`) or signs in by an identity provider (`user_of_provider`).' })
  async createLink(
    @Param('userId') userId: string,
    @Body() { purpose }: LinkBody,
    @CurrentPrincipal() principal: Principal,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SignInLinkView> {
    const { token, expiresAt } = await this.users.issueLink(userId, purpose, principal);
    void reply.header('cache-control', 'no-store');
    return { url: `${publicOrigin(this.settings, request)}/admin/?link=${token}`, expiresAt };
  }
}

import { Body, Controller, Delete, Get, Headers, HttpCode, Param, Patch, Post, Res } from '@nestjs/common';
import {
  ApiConflictResponse,
  ApiCreatedResponse,
  ApiHeader,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { formatActor } from '../../core/actor/actor.ts';
import { RequirePermission } from '../../platform/auth/permission.decorator.ts';
import { CurrentPrincipal, type Principal } from '../../platform/auth/principal.ts';
import { withHeaders } from '../../platform/http/answer-headers.ts';
import { etagOf, requireIfMatch } from '../../platform/http/etag.ts';
import type { Webhook } from './webhook.ts';
import { CreateWebhookBody, RotateWebhookBody, UpdateWebhookBody } from './webhook.dto.ts';
import { WebhookSecretsService } from './webhook-secrets.service.ts';
import { WebhookService } from './webhook.service.ts';
import { toWebhookView, WebhookList, WebhookView, WebhookWithSecretView } from './webhook.view.ts';

const OF_SETTINGS = 'The webhook is that of the settings';

@ApiTags('webhooks')
@Controller('webhooks')
@RequirePermission('webhooks:manage')
export class WebhooksController {
  constructor(
    private readonly webhooks: WebhookService,
    private readonly secrets: WebhookSecretsService,
  ) {}

  @Get()
  @RequirePermission('webhooks:read')
  @ApiOperation({ operationId: 'webhooks_list', summary: 'Webhooks by name, at most 100' })
  @ApiOkResponse({ type: WebhookList })
  async list(): Promise<WebhookList> {
    return { items: (await this.webhooks.list()).map(toWebhookView) };
  }

  @Post()
  @HttpCode(201)
  @ApiOperation({ operationId: 'webhooks_create', summary: 'Send events to an address: the secret of its signatures is shown once' })
  @ApiCreatedResponse({ type: WebhookWithSecretView, ...withHeaders('Location', 'ETag') })
  @ApiConflictResponse({ description: 'The name is taken, or there are 100 webhooks.' })
  async create(
    @Body() { name, description = '', url, types = null, accountIds = null }: CreateWebhookBody,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<WebhookWithSecretView> {
    const fields = { name, description, url, types, accountIds };
    const { webhook, secret } = await this.webhooks.create(fields, formatActor(principal));
    void reply.header('location', `/webhooks/${webhook.id}`).header('cache-control', 'no-store');
    return { ...show(webhook, reply), secret };
  }

  @Get(':id')
  @RequirePermission('webhooks:read')
  @ApiOperation({ operationId: 'webhooks_get', summary: 'One webhook' })
  @ApiOkResponse({ type: WebhookView, ...withHeaders('ETag') })
  async get(@Param('id') id: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<WebhookView> {
    return show(await this.webhooks.get(id), reply);
  }

  @Patch(':id')
  @ApiOperation({ operationId: 'webhooks_update', summary: 'Change a webhook: events that wait go to the new address' })
  @ApiHeader({ name: 'If-Match', required: true, description: 'The ETag of the version you read.' })
  @ApiOkResponse({ type: WebhookView, ...withHeaders('ETag') })
  @ApiConflictResponse({ description: `The name is taken. ${OF_SETTINGS}.` })
  async update(
    @Param('id') id: string,
    @Body() body: UpdateWebhookBody,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<WebhookView> {
    const webhook = await this.webhooks.get(id);
    requireIfMatch(ifMatch, webhook.version);
    const given = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
    return show(Object.keys(given).length === 0 ? webhook : await this.webhooks.update(webhook, given), reply);
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ operationId: 'webhooks_delete', summary: 'Delete a webhook, its deliveries and their log' })
  @ApiNoContentResponse()
  @ApiConflictResponse({ description: `${OF_SETTINGS}.` })
  async remove(@Param('id') id: string): Promise<void> {
    await this.webhooks.remove(await this.webhooks.get(id));
  }

  @Post(':id/pause')
  @HttpCode(200)
  @ApiOperation({ operationId: 'webhooks_pause', summary: 'Send nothing until it is resumed; its events wait' })
  @ApiOkResponse({ type: WebhookView, ...withHeaders('ETag') })
  async pause(
    @Param('id') id: string,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<WebhookView> {
    return show(await this.webhooks.pause(await this.webhooks.get(id), formatActor(principal)), reply);
  }

  @Post(':id/resume')
  @HttpCode(200)
  @ApiOperation({ operationId: 'webhooks_resume', summary: 'Send the events that wait, and those to come' })
  @ApiOkResponse({ type: WebhookView, ...withHeaders('ETag') })
  async resume(@Param('id') id: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<WebhookView> {
    return show(await this.webhooks.resume(await this.webhooks.get(id)), reply);
  }

  @Post(':id/rotate')
  @HttpCode(200)
  @ApiOperation({ operationId: 'webhooks_rotate', summary: 'Make a new secret, shown once; the old one signs too until it is removed' })
  @ApiOkResponse({ type: WebhookWithSecretView, ...withHeaders('ETag') })
  @ApiConflictResponse({ description: `Two secrets sign already. ${OF_SETTINGS}.` })
  async rotate(
    @Param('id') id: string,
    @Body() { expiresIn }: RotateWebhookBody,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<WebhookWithSecretView> {
    const secret = await this.secrets.rotate(await this.webhooks.get(id), expiresIn ?? null);
    void reply.header('cache-control', 'no-store');
    return { ...show(await this.webhooks.get(id), reply), secret };
  }

  @Delete(':id/secrets/:secretId')
  @HttpCode(204)
  @ApiOperation({ operationId: 'webhooks_removeSecret', summary: 'Sign with this secret no more' })
  @ApiNoContentResponse()
  @ApiConflictResponse({ description: `It is the last secret. ${OF_SETTINGS}.` })
  async removeSecret(@Param('id') id: string, @Param('secretId') secretId: string): Promise<void> {
    await this.secrets.remove(await this.webhooks.get(id), secretId);
  }
}

function show(webhook: Webhook, reply: FastifyReply): WebhookView {
  void reply.header('etag', etagOf(webhook.version));
  return toWebhookView(webhook);
}

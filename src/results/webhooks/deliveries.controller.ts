import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiConflictResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { RequirePermission } from '../../platform/auth/permission.decorator.ts';
import { decodeIdCursor, idPage } from '../../platform/http/paging.ts';
import { DeliveryService } from './delivery.service.ts';
import { DeliveryDetailView, DeliveryPage, DeliveryView, toDeliveryDetail, toDeliveryView } from './delivery.view.ts';
import { DeliveriesQuery } from './webhook.dto.ts';
import { WebhookSender } from './webhook-sender.ts';
import { WebhookService } from './webhook.service.ts';

@ApiTags('webhooks')
@Controller('webhooks/:id')
@RequirePermission('webhooks:read')
export class DeliveriesController {
  constructor(
    private readonly webhooks: WebhookService,
    private readonly deliveries: DeliveryService,
    private readonly sender: WebhookSender,
  ) {}

  @Get('deliveries')
  @ApiOperation({ operationId: 'webhooks_listDeliveries', summary: 'What was sent, and what waits, newest event first' })
  @ApiOkResponse({ type: DeliveryPage })
  async list(@Param('id') id: string, @Query() { limit, cursor, status, type }: DeliveriesQuery): Promise<DeliveryPage> {
    const webhook = await this.webhooks.get(id);
    const list = `deliveries of ${webhook.id}`;
    const rows = await this.deliveries.list(webhook, { status, type, beforeId: decodeIdCursor(list, cursor), limit: limit + 1 });
    return idPage(list, rows, limit, toDeliveryView);
  }

  @Get('deliveries/:eventId')
  @ApiOperation({
    operationId: 'webhooks_getDelivery',
    summary: 'One delivery: the event, and each attempt with the beginning of its answer',
  })
  @ApiOkResponse({ type: DeliveryDetailView })
  async get(@Param('id') id: string, @Param('eventId') eventId: string): Promise<DeliveryDetailView> {
    const delivery = await this.deliveries.get(await this.webhooks.get(id), eventId);
    return toDeliveryDetail(delivery, await this.deliveries.attempts(delivery), this.sender.source);
  }

  @Post('deliveries/:eventId/redeliver')
  @RequirePermission('webhooks:manage')
  @HttpCode(202)
  @ApiOperation({ operationId: 'webhooks_redeliver', summary: 'Send an event again, with the same webhook-id, also after a success' })
  @ApiAcceptedResponse({ type: DeliveryView })
  @ApiConflictResponse({ description: 'The delivery has not ended, or the webhook is paused or disabled.' })
  async redeliver(@Param('id') id: string, @Param('eventId') eventId: string): Promise<DeliveryView> {
    const webhook = await this.webhooks.get(id);
    return toDeliveryView(await this.deliveries.redeliver(webhook, await this.deliveries.get(webhook, eventId)));
  }

  @Post('test')
  @RequirePermission('webhooks:manage')
  @HttpCode(202)
  @ApiOperation({ operationId: 'webhooks_test', summary: 'Send the event webhook.tested to this webhook alone' })
  @ApiAcceptedResponse({ type: DeliveryView })
  @ApiConflictResponse({ description: 'The webhook is paused or disabled.' })
  async test(@Param('id') id: string): Promise<DeliveryView> {
    return toDeliveryView(await this.deliveries.test(await this.webhooks.get(id)));
  }
}

import { Injectable } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { IsUUID } from 'class-validator';
import { TaskFailure } from '../../core/task/failure.ts';
import { cancel } from '../../core/task/outcome.ts';
import type { TaskContext } from '../../tasks/definitions/task-context.ts';
import { TaskHandler, type TaskHandlerOf } from '../../tasks/definitions/task-handler.decorator.ts';
import { DeliveryLog } from './delivery-log.ts';
import { type AttemptResult, WebhookSender } from './webhook-sender.ts';

export const DELIVER_EVENT = 'deliver-event';

export class DeliverEventParams {
  @ApiProperty({ format: 'uuid' })
  @IsUUID()
  eventId: string;

  @ApiProperty({ format: 'uuid' })
  @IsUUID()
  endpointId: string;
}

/**
 * Sends one event to one endpoint. Every failure is repeated by the engine, because a receiver that answers 404 today may be a deployment
 * that went wrong: 20 attempts within about a day. A limit of the key allows 3 deliveries of one endpoint at once.
 */
@Injectable()
@TaskHandler({
  name: DELIVER_EVENT,
  description: 'Sends one event to one endpoint as a CloudEvent.',
  params: DeliverEventParams,
  concurrencyKey: ({ endpointId }: DeliverEventParams) => `endpoint:${endpointId}`,
  timeoutMs: 330_000, // longer than the longest WEBHOOK_TIMEOUT
  maxAttempts: 20,
  backoff: { baseMs: 5_000, maxMs: 6 * 3_600_000 },
})
export class DeliverEventHandler implements TaskHandlerOf<DeliverEventParams> {
  constructor(
    private readonly deliveries: DeliveryLog,
    private readonly sender: WebhookSender,
  ) {}

  async handle({ id: taskId, params, signal }: TaskContext<DeliverEventParams>): Promise<unknown> {
    const key = { ...params, taskId };
    const delivery = await this.deliveries.find(key);
    if (!delivery) return cancel('the event or its endpoint was deleted, or another task delivers it');
    if (!delivery.enabled) return cancel(`the endpoint ${delivery.endpointName} is disabled`);
    if (delivery.paused && (await this.deliveries.returnPaused(key))) {
      return cancel(`the endpoint ${delivery.endpointName} is paused: the delivery waits until it is resumed`);
    }
    const result = await this.sender.send(delivery, signal);
    await this.deliveries.record(key, result);
    if (result.error !== null) throw failureOf(result, result.error, delivery.endpointName);
    return { status: result.status };
  }
}

/** The message names the endpoint instead of its address, which may contain a key. */
function failureOf(
  { status, retryAfterMs }: AttemptResult,
  { code, message }: NonNullable<AttemptResult['error']>,
  name: string,
): TaskFailure {
  const isLimited = status === 429 || retryAfterMs !== null;
  const failureClass = isLimited ? 'rate_limited' : code === 'timeout' ? 'timeout' : 'transient';
  return new TaskFailure(failureClass, `the endpoint ${name} ${message}`, code, retryAfterMs);
}

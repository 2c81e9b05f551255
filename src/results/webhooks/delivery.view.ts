import { ApiProperty } from '@nestjs/swagger';
import type { Page } from '../../platform/http/paging.ts';
import { toCloudEvent } from '../events/cloud-event.ts';
import { SHOWN_ATTEMPTS } from './delivery.sql.ts';
import { type Delivery, DELIVERY_STATUSES, type DeliveryAttempt, type DeliveryStatus } from './delivery.service.ts';

const DATE = { type: 'string', format: 'date-time', nullable: true } as const;
const TEXT = { type: 'string', nullable: true } as const;
const STATUS = { type: 'integer', nullable: true, description: 'HTTP status of the answer; null without one.' } as const;

export class DeliveryView {
  @ApiProperty({ format: 'uuid', description: 'The id of the event, and its webhook-id at every attempt.' })
  id: string;
  @ApiProperty({ format: 'uuid' })
  webhookId: string;
  @ApiProperty({ example: 'content.created', description: 'The CloudEvent has the type contenthub.content.created.v1.' })
  type: string;
  @ApiProperty({ example: 'content/01926f3e-7b3a-7c1d-9a5e-2f4b6c8d0e1f' })
  subject: string;
  @ApiProperty({ format: 'date-time', description: 'When the event was written.' })
  createdAt: Date;
  @ApiProperty({ enum: DELIVERY_STATUSES, description: 'pending: also between two attempts, and while the webhook is paused.' })
  status: DeliveryStatus;
  @ApiProperty({ type: 'integer' })
  attempts: number;
  @ApiProperty(DATE)
  lastAttemptAt: Date | null;
  @ApiProperty(STATUS)
  lastStatus: number | null;
  @ApiProperty({ ...TEXT, description: 'Null after a success.' })
  lastError: string | null;
  @ApiProperty(DATE)
  endedAt: Date | null;
  @ApiProperty({ ...TEXT, format: 'uuid', description: 'The task that delivers it; null while it waits for one.' })
  executionId: string | null;
}

class DeliveryAttemptView implements DeliveryAttempt {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ format: 'date-time' })
  startedAt: Date;
  @ApiProperty({ type: 'integer' })
  durationMs: number;
  @ApiProperty(STATUS)
  status: number | null;
  @ApiProperty({ ...TEXT, example: 'http_500', description: 'Null after an answer of 2xx.' })
  errorCode: string | null;
  @ApiProperty(TEXT)
  error: string | null;
  @ApiProperty({ ...TEXT, description: 'The first 1,000 bytes of the answer.' })
  excerpt: string | null;
  @ApiProperty({ format: 'uuid' })
  executionId: string;
}

export class DeliveryDetailView extends DeliveryView {
  @ApiProperty({ type: 'object', additionalProperties: true, description: 'The CloudEvent as it is sent.' })
  event: object;
  @ApiProperty({ type: [DeliveryAttemptView], description: `Newest first, at most ${SHOWN_ATTEMPTS}.` })
  log: DeliveryAttempt[];
}

export class DeliveryPage implements Page<DeliveryView> {
  @ApiProperty({ type: [DeliveryView] })
  items: DeliveryView[];
  @ApiProperty({ type: 'string', nullable: true })
  nextCursor: string | null;
}

export function toDeliveryView(delivery: Delivery): DeliveryView {
  const { id, endpointId, type, aggregateType, aggregateId, createdAt, status, attempts, last, endedAt, executionId } = delivery;
  return {
    id,
    webhookId: endpointId,
    type,
    subject: `${aggregateType}/${aggregateId}`,
    createdAt,
    status,
    attempts,
    lastAttemptAt: last && new Date(last.at),
    lastStatus: last?.status ?? null,
    lastError: last?.error ?? null,
    endedAt,
    executionId,
  };
}

/** `source`: the installation. */
export function toDeliveryDetail(delivery: Delivery, log: DeliveryAttempt[], source: string): DeliveryDetailView {
  return { ...toDeliveryView(delivery), event: toCloudEvent(delivery, source), log };
}

import { Injectable } from '@nestjs/common';
import { executorOf, inTransaction, Pools, type SqlExecutor } from '../../platform/database/pools.ts';
import { ProblemError } from '../../platform/http/problem.ts';
import { isUuid } from '../../platform/http/uuid.ts';
import type { StoredEvent } from '../events/cloud-event.ts';
import { EventWriter } from '../events/event-writer.ts';
import { REDELIVER, SELECT_ATTEMPTS, SELECT_DELIVERIES, SELECT_DELIVERY } from './delivery.sql.ts';
import type { Webhook } from './webhook.ts';

export const DELIVERY_STATUSES = ['pending', 'running', 'delivered', 'failed', 'cancelled'] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** One event on its way to one endpoint. The id is that of the event, which is also its `webhook-id`. */
export interface Delivery extends StoredEvent {
  readonly endpointId: string;
  readonly status: DeliveryStatus;
  /** Null while it waits for a task. */
  readonly executionId: string | null;
  readonly endedAt: Date | null;
  readonly attempts: number;
  readonly last: { readonly at: string; readonly status: number | null; readonly error: string | null } | null;
}

export interface DeliveryAttempt {
  readonly id: string;
  readonly startedAt: Date;
  readonly durationMs: number;
  readonly status: number | null;
  readonly errorCode: string | null;
  readonly error: string | null;
  readonly excerpt: string | null;
  readonly executionId: string;
}

export interface DeliveryFilter {
  readonly status?: DeliveryStatus;
  readonly type?: string;
  readonly beforeId?: string;
  readonly limit: number;
}

const OPEN: readonly DeliveryStatus[] = ['pending', 'running'];

/** The log of deliveries, and deliveries that a caller asks for. */
@Injectable()
export class DeliveryService {
  private readonly sql: SqlExecutor;

  constructor(
    private readonly pools: Pools,
    private readonly events: EventWriter,
  ) {
    this.sql = executorOf(pools.api);
  }

  /** Newest event first. */
  list({ id }: Webhook, { status, type, beforeId, limit }: DeliveryFilter): Promise<Delivery[]> {
    return this.sql.query<Delivery>(SELECT_DELIVERIES, [id, status ?? null, type ?? null, beforeId ?? null, limit]);
  }

  /** @throws {ProblemError} 404 */
  async get(webhook: Webhook, eventId: string): Promise<Delivery> {
    const [delivery] = isUuid(eventId) ? await this.sql.query<Delivery>(SELECT_DELIVERY, [webhook.id, eventId]) : [];
    if (delivery === undefined)
      throw ProblemError.notFound('delivery_not_found', `The webhook has no delivery "${eventId.slice(0, 100)}".`, {
        detail: 'GET /webhooks/{id}/deliveries lists all.',
      });
    return delivery;
  }

  /** Newest first, SHOWN_ATTEMPTS at most. */
  attempts({ endpointId, id }: Delivery): Promise<DeliveryAttempt[]> {
    return this.sql.query<DeliveryAttempt>(SELECT_ATTEMPTS, [endpointId, id]);
  }

  /** Sends the event again, with the same id, within about a second. @throws {ProblemError} 409 while it is under way, or the endpoint gets nothing */
  async redeliver(webhook: Webhook, delivery: Delivery): Promise<Delivery> {
    rejectInactive(webhook);
    const isOpen = OPEN.includes(delivery.status);
    const taken = isOpen ? [] : await this.sql.query(REDELIVER, [webhook.id, delivery.id, delivery.executionId]);
    if (taken.length === 0) {
      throw ProblemError.conflict('delivery_open', 'The delivery has not ended.', {
        detail: 'Its next attempt comes by itself: GET /executions/{executionId} tells when.',
      });
    }
    return this.get(webhook, delivery.id);
  }

  /** Sends the event `webhook.tested` to this endpoint alone, whatever it subscribes to. @throws {ProblemError} 409 when it gets nothing */
  async test(webhook: Webhook): Promise<Delivery> {
    rejectInactive(webhook);
    const { id: webhookId, name } = webhook;
    const event = { aggregateType: 'webhook', aggregateId: webhookId, type: 'webhook.tested', payload: { webhookId, name } };
    const eventId = await inTransaction(this.pools.api, (tx) => this.events.writeFor(tx, webhookId, event));
    return this.get(webhook, eventId ?? '');
  }
}

function rejectInactive({ name, enabled, pausedAt }: Webhook): void {
  if (!enabled)
    throw ProblemError.conflict('webhook_disabled', `The webhook "${name}" is disabled.`, { detail: 'Set WEBHOOK_ENABLED=true.' });
  if (pausedAt === null) return;
  throw ProblemError.conflict('webhook_paused', `The webhook "${name}" is paused.`, {
    detail: 'Resume it first: POST /webhooks/{id}/resume.',
  });
}

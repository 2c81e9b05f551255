import { Injectable } from '@nestjs/common';
import { newId } from '../../platform/ids/new-id.ts';
import { Settings } from '../../platform/config/settings.ts';
import { executorOf, inTransaction, Pools, type SqlExecutor, type TransactionClient } from '../../platform/database/pools.ts';
import { retryTransient } from '../../platform/database/transient.ts';
import { EventWriter } from '../events/event-writer.ts';
import { RECORD_ATTEMPT, RETURN_DELIVERY, SELECT_DELIVERY_OF_TASK } from './delivery.sql.ts';
import { type EndpointFailures, pauseReasonOf } from './pause-policy.ts';
import type { PauseReason, Webhook } from './webhook.ts';
import { PAUSE_WEBHOOK } from './webhook.sql.ts';
import type { AttemptResult, OutgoingDelivery } from './webhook-sender.ts';

export interface DeliveryOfTask extends OutgoingDelivery {
  readonly enabled: boolean;
  readonly paused: boolean;
}

/** A delivery, and the task that works on it now. */
export interface DeliveryKey {
  readonly eventId: string;
  readonly endpointId: string;
  readonly taskId: string;
}

const HOUR_MS = 3_600_000;
/** An attempt without a record would be repeated although the receiver has the event. */
const RECORD_RETRY_MS = 15_000;
const ACTOR = 'webhooks';

/** The deliveries as their tasks see them, and the log of their attempts. */
@Injectable()
export class DeliveryLog {
  private readonly sql: SqlExecutor;
  private readonly pauseAfterMs: number;

  constructor(
    private readonly pools: Pools,
    private readonly events: EventWriter,
    { webhookPauseAfterHours }: Settings,
  ) {
    this.sql = executorOf(pools.api);
    this.pauseAfterMs = webhookPauseAfterHours * HOUR_MS;
  }

  /** Null when the event or the endpoint was deleted, or when another task has taken over. */
  async find({ eventId, endpointId, taskId }: DeliveryKey): Promise<DeliveryOfTask | null> {
    return (await this.sql.query<DeliveryOfTask>(SELECT_DELIVERY_OF_TASK, [eventId, endpointId, taskId]))[0] ?? null;
  }

  /** The delivery waits without a task. False when its endpoint is not paused any more. */
  async returnPaused({ eventId, endpointId, taskId }: DeliveryKey): Promise<boolean> {
    return (await this.sql.query(RETURN_DELIVERY, [eventId, endpointId, taskId])).length > 0;
  }

  /** Records an attempt. Pauses an endpoint that has failed for too long, or is gone, and writes `webhook.paused`. */
  async record({ eventId, endpointId, taskId }: DeliveryKey, result: AttemptResult): Promise<void> {
    const { startedAt, durationMs, status, error, excerpt } = result;
    const values = [newId(), eventId, endpointId, taskId, startedAt, durationMs, status, error?.code, error?.message, excerpt];
    await retryTransient({ forMs: RECORD_RETRY_MS }, () =>
      inTransaction(this.pools.api, async (tx) => {
        const given = values.map((value) => value ?? null);
        const [endpoint] = await tx.query<EndpointFailures>(RECORD_ATTEMPT, given);
        const reason = endpoint === undefined ? null : pauseReasonOf(endpoint, status, this.pauseAfterMs);
        if (reason !== null) await this.pause(tx, endpointId, reason);
      }),
    );
  }

  private async pause(tx: TransactionClient, endpointId: string, reason: PauseReason): Promise<void> {
    const [paused] = await tx.query<Webhook>(PAUSE_WEBHOOK, [endpointId, reason, ACTOR]);
    if (paused === undefined) return;
    const { name, failures, failingSince } = paused;
    const payload = { webhookId: endpointId, name, reason, failures, failingSince };
    await this.events.write(tx, { aggregateType: 'webhook', aggregateId: endpointId, type: 'webhook.paused', payload });
  }
}

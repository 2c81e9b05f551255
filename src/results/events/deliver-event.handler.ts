import { Injectable } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { IsUUID } from 'class-validator';
import { TaskFailure } from '../../core/task/failure.ts';
import { cancel } from '../../core/task/outcome.ts';
import { Settings } from '../../platform/config/settings.ts';
import { executorOf, Pools, type SqlExecutor } from '../../platform/database/pools.ts';
import { EgressClient } from '../../platform/egress/egress.client.ts';
import { requestFailure, statusFailure } from '../../tasks/declared/http-failure.ts';
import type { TaskContext } from '../../tasks/definitions/task-context.ts';
import { TaskHandler, type TaskHandlerOf } from '../../tasks/definitions/task-handler.decorator.ts';
import { CLOUD_EVENT_TYPE, type StoredEvent, toCloudEvent } from './cloud-event.ts';
import { SELECT_DELIVERY } from './event.sql.ts';

export const DELIVER_EVENT = 'deliver-event';

export class DeliverEventParams {
  @ApiProperty({ format: 'uuid' })
  @IsUUID()
  eventId: string;

  @ApiProperty({ format: 'uuid' })
  @IsUUID()
  endpointId: string;
}

interface DeliveryRow extends StoredEvent {
  readonly endpointName: string;
  readonly url: string;
  readonly enabled: boolean;
}

const ANSWER_TIMEOUT_MS = 10_000;
/** The body of an answer is not used. */
const MAX_ANSWER_BYTES = 1_000;
/** Of an installation without PUBLIC_URL. */
const DEFAULT_SOURCE = 'urn:contenthub';

/** Sends one event to one endpoint. Retries are those of the engine: about 20 minutes in 8 attempts, more with Retry-After. */
@Injectable()
@TaskHandler({
  name: DELIVER_EVENT,
  description: 'Sends one event to one endpoint as a CloudEvent.',
  params: DeliverEventParams,
  concurrencyKey: ({ endpointId }: DeliverEventParams) => `endpoint:${endpointId}`,
  timeoutMs: 30_000,
  maxAttempts: 8,
  backoff: { baseMs: 5_000, maxMs: 3_600_000 },
})
export class DeliverEventHandler implements TaskHandlerOf<DeliverEventParams> {
  private readonly sql: SqlExecutor;
  private readonly source: string;

  constructor(
    pools: Pools,
    private readonly egress: EgressClient,
    settings: Settings,
  ) {
    this.sql = executorOf(pools.api);
    this.source = settings.publicUrl ?? DEFAULT_SOURCE;
  }

  async handle({ params, signal }: TaskContext<DeliverEventParams>): Promise<unknown> {
    const [delivery] = await this.sql.query<DeliveryRow>(SELECT_DELIVERY, [params.eventId, params.endpointId]);
    if (!delivery) return cancel('the event or its endpoint was deleted');
    if (!delivery.enabled) return cancel(`the endpoint ${delivery.endpointName} is disabled`);
    return { status: await this.send(delivery, signal) };
  }

  /** Messages name the endpoint instead of its address, which may contain a key. */
  private async send({ endpointName, url, ...event }: DeliveryRow, signal: AbortSignal): Promise<number> {
    const body = JSON.stringify(toCloudEvent(event, this.source));
    const bounds = { timeoutMs: ANSWER_TIMEOUT_MS, maxBytes: MAX_ANSWER_BYTES, allowCut: true };
    try {
      const answer = await this.egress.request({
        method: 'POST',
        url,
        headers: { 'content-type': CLOUD_EVENT_TYPE },
        body,
        signal,
        ...bounds,
      });
      const { status } = answer;
      if (status >= 200 && status < 300) return status;
      throw statusFailure(answer, Date.now()) ?? new TaskFailure('invalid_output', `answered ${status}, expected 2xx`, `http_${status}`);
    } catch (error) {
      throw requestFailure(error, `the endpoint ${endpointName}`);
    }
  }
}

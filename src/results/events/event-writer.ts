import { Injectable } from '@nestjs/common';
import { newId } from '../../platform/ids/new-id.ts';
import { TaskFailure } from '../../core/task/failure.ts';
import { toResultJson } from '../../core/task/result-json.ts';
import type { TransactionClient } from '../../platform/database/pools.ts';
import { currentTraceContext } from '../../platform/telemetry/tracing/trace-scope.ts';
import { INSERT_EVENT, INSERT_EVENT_FOR_ENDPOINT } from './event.sql.ts';

/** A fact about an aggregate: `content.approved` of the content with this id. */
export interface NewEvent {
  readonly aggregateType: string;
  readonly aggregateId: string;
  /** `<aggregate>.<past participle>` */
  readonly type: string;
  /** At most 64 KiB of JSON. `accountId`, where the event is about one account, is what endpoints filter by. */
  readonly payload: object;
  /** W3C traceparent of the writing work. Default: that of the current scope. */
  readonly traceContext?: string | null;
}

const MAX_PAYLOAD_BYTES = 65_536;

/** Writes events in the transaction of the change that they describe. */
@Injectable()
export class EventWriter {
  /** @throws {TaskFailure} `event_too_large` */
  async write(tx: TransactionClient, event: NewEvent): Promise<void> {
    await tx.query(INSERT_EVENT, columnsOf(event));
  }

  /** Writes an event for one endpoint alone, whatever it subscribes to. Returns its id, undefined when there is no such endpoint. */
  async writeFor(tx: TransactionClient, endpointId: string, event: NewEvent): Promise<string | undefined> {
    const [delivery] = await tx.query<{ eventId: string }>(INSERT_EVENT_FOR_ENDPOINT, [...columnsOf(event), endpointId]);
    return delivery?.eventId;
  }
}

function columnsOf({ aggregateType, aggregateId, type, payload, traceContext }: NewEvent): unknown[] {
  const json = JSON.stringify(toResultJson(payload, `the payload of ${type}`));
  const bytes = Buffer.byteLength(json);
  if (bytes > MAX_PAYLOAD_BYTES) {
    const message = `the payload of ${type} is ${bytes} bytes of JSON, at most ${MAX_PAYLOAD_BYTES} are allowed: store ids, and let consumers read the rest`;
    throw new TaskFailure('invalid_output', message, 'event_too_large');
  }
  return [newId(), aggregateType, aggregateId, type, json, traceContext ?? currentTraceContext()];
}

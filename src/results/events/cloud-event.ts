/** One row of the table `events`. */
export interface StoredEvent {
  readonly id: string;
  readonly aggregateType: string;
  readonly aggregateId: string;
  readonly type: string;
  readonly payload: unknown;
  readonly createdAt: Date;
  readonly traceContext: string | null;
}

/** Media type of an event in the structured mode of CloudEvents 1.0. */
export const CLOUD_EVENT_TYPE = 'application/cloudevents+json; charset=utf-8';

/** The event as CloudEvents 1.0 describes it. `source`: the installation. */
export function toCloudEvent(event: StoredEvent, source: string): object {
  return {
    specversion: '1.0',
    id: event.id,
    source,
    type: `contenthub.${event.type}.v1`,
    subject: `${event.aggregateType}/${event.aggregateId}`,
    time: event.createdAt.toISOString(),
    ...(event.traceContext !== null && { traceparent: event.traceContext }),
    datacontenttype: 'application/json',
    data: event.payload,
  };
}

import { setTimeout as delay } from 'node:timers/promises';
import { orAborted } from '../../platform/lifecycle/with-timeout.ts';

/** The poller asks for up to 20 tasks at once. Calls within this time share one process of the tool, which costs 0.7 s of CPU. */
const COLLECT_MS = 20;

/** Answers the calls that arrive together from one list. */
export class StatusBatch<Row> {
  private next: Promise<ReadonlyMap<string, Row>> | null = null;

  constructor(private readonly load: (signal: AbortSignal) => Promise<ReadonlyMap<string, Row>>) {}

  /** Undefined when the list does not have the id. The process ends when the first caller gives up; the others are polled again. */
  async get(id: string, signal: AbortSignal): Promise<Row | undefined> {
    signal.throwIfAborted();
    this.next ??= this.collect(signal);
    return (await orAborted(signal, this.next)).get(id);
  }

  private async collect(signal: AbortSignal): Promise<ReadonlyMap<string, Row>> {
    await delay(COLLECT_MS);
    this.next = null;
    return this.load(signal);
  }
}

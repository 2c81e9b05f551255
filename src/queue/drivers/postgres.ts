import { randomUUID } from 'node:crypto';
import type { ClaimedTask } from '../../core/task/task.ts';
import { timerMs } from '../../core/time/timer-ms.ts';
import type { Notifications } from '../../platform/database/notifications.ts';
import { type ClaimRequest, type ClaimSource, type ReserveSlots, type SlotReservation, TaskQueue, type WakeUp } from '../task-queue.ts';
import { WaitingWorkers } from '../waiting-workers.ts';

const CHANNEL = 'contenthub_ready';
/**
 * One NOTIFY wakes every idle process, and the first to claim takes the task. Without jitter PostgreSQL's order of delivery
 * decides: of 50,000 tasks three processes ran 142, 88 and 70 % of a third.
 */
const WAKE_JITTER_MS = 3;

/** Wakes worker loops of this process in memory, and those of other processes by a NOTIFY that names the queue. */
export class PostgresTaskQueue extends TaskQueue {
  override readonly driver = 'postgres';
  private readonly workers: WaitingWorkers;
  /** Identifies the NOTIFYs of this process, whose loops are already awake. */
  private readonly origin = randomUUID();
  private readonly unlisten: () => void;

  constructor(
    private readonly source: ClaimSource,
    private readonly notifications: Notifications,
    pollIntervalMs: number,
  ) {
    super();
    this.workers = new WaitingWorkers(pollIntervalMs);
    this.unlisten = notifications.listen(CHANNEL, (payload) => this.receive(payload));
  }

  override announce(wakeUps: readonly WakeUp[]): void {
    for (const queue of new Set(wakeUps.map((wakeUp) => wakeUp.queue))) {
      this.workers.wake(queue);
      this.notifications.notify(CHANNEL, `${this.origin}/${queue}`);
    }
  }

  override claim(request: ClaimRequest): Promise<ClaimedTask[]> {
    this.workers.beginClaim(request.queue);
    return this.source.claim(request);
  }

  override waitForWork(queue: string, signal: AbortSignal, reserve?: ReserveSlots): Promise<void> {
    return this.workers.wait(queue, signal, reserve);
  }

  override reserve(queue: string, name: string, count: number): SlotReservation | undefined {
    return this.workers.reserve(queue, name, count);
  }

  /** Wakes the loops of this process only. */
  wake(queue: string): void {
    this.workers.wake(queue);
  }

  override close(): Promise<void> {
    this.unlisten();
    this.workers.wakeAll();
    return Promise.resolve();
  }

  /** An empty payload says that the connection was lost: any NOTIFY may have been missed. */
  private receive(payload: string): void {
    if (payload === '') return this.workers.wakeAll();
    const [origin, queue = ''] = payload.split('/');
    if (origin !== this.origin) setTimeout(() => this.workers.wake(queue), timerMs(Math.random() * WAKE_JITTER_MS));
  }
}

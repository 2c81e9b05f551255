import { randomUUID } from 'node:crypto';
import type { ClaimedTask } from '../../core/task/task.ts';
import { timerMs } from '../../core/time/timer-ms.ts';
import type { Notifications } from '../../platform/database/notifications.ts';
import { type ClaimRequest, type ClaimSource, TaskQueue, type WakeUp } from '../task-queue.ts';

const CHANNEL = 'contenthub_ready';
/**
 * Every idle process hears of the same task, and the first to look takes it. In the order PostgreSQL tells them the same one
 * was mostly first: of 50,000 tasks three processes ran 142, 88 and 70 % of a third.
 */
const WAKE_JITTER_MS = 3;

/**
 * Claims straight from the ready index. Workers of this process are woken in memory, those of others by a NOTIFY that
 * names the queue; the poll interval is the net under both.
 */
export class PostgresTaskQueue extends TaskQueue {
  readonly driver: TaskQueue['driver'] = 'postgres';
  private readonly waiting = new Map<string, Set<() => void>>();
  /** News that came while nobody waited: the next wait returns at once instead of missing it. */
  private readonly pendingWakeUps = new Set<string>();
  private readonly origin = randomUUID();
  private readonly unlisten: () => void;

  constructor(
    private readonly source: ClaimSource,
    private readonly notifications: Notifications,
    private readonly pollIntervalMs: number,
  ) {
    super();
    this.unlisten = notifications.listen(CHANNEL, (payload) => {
      const [origin, queue = ''] = payload.split('/');
      if (origin === this.origin) return; // our own workers know already
      setTimeout(() => this.wake(queue), timerMs(Math.random() * WAKE_JITTER_MS));
    });
  }

  override announce(tickets: readonly WakeUp[]): void {
    for (const queue of new Set(tickets.map((ticket) => ticket.queue))) {
      this.wake(queue);
      this.notifications.notify(CHANNEL, `${this.origin}/${queue}`);
    }
  }

  override claim(request: ClaimRequest): Promise<ClaimedTask[]> {
    this.pendingWakeUps.delete(request.queue);
    return this.source.claim(request);
  }

  override waitForWork(queue: string, signal: AbortSignal): Promise<void> {
    if (this.pendingWakeUps.delete(queue) || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wakers = this.waiting.get(queue) ?? new Set();
      this.waiting.set(queue, wakers);
      const wake = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', wake);
        wakers.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, timerMs(this.pollIntervalMs));
      signal.addEventListener('abort', wake, { once: true });
      wakers.add(wake);
    });
  }

  override close(): Promise<void> {
    this.unlisten();
    for (const queue of this.waiting.keys()) this.wake(queue);
    return Promise.resolve();
  }

  /** '' is news of a connection that came back: anything may have happened meanwhile. */
  protected wake(queue: string): void {
    const queues = queue === '' ? [...this.waiting.keys()] : [queue];
    for (const name of queues) {
      const wakers = [...(this.waiting.get(name) ?? [])];
      if (wakers.length === 0) this.pendingWakeUps.add(name);
      for (const wake of wakers) wake();
    }
  }
}

import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Notifications } from '../platform/database/notifications.ts';

/** Payload: ids of tasks, or '' for "any". */
const CHANGES_CHANNEL = 'contenthub_changes';
/** A process has live views of tasks. */
const WATCHED_CHANNEL = 'contenthub_watched';

const COALESCE_MS = 20;
/** A NOTIFY payload has at most 8,000 bytes; an id and its comma have 37. */
const IDS_PER_PAYLOAD = 200;
/** A process with live views says so this often; the others rely on it for a little more than twice as long. */
const WATCH_EVERY_MS = 5_000;
const WATCHED_FOR_MS = 12_000;

/**
 * Publishes the ids of changed tasks to live views. A NOTIFY takes a lock of the whole database, so nothing is published while
 * there is no live view. A notification may be lost, or arrive shortly before its commit: live views also poll.
 */
@Injectable()
export class TaskChangeNotifier implements OnModuleDestroy {
  private watchedUntil = 0;
  private watchSentAt = Number.NEGATIVE_INFINITY;
  private readonly changed = new Set<string>();
  private timer: NodeJS.Timeout | undefined;
  private readonly unlisten: () => void;

  constructor(private readonly notifications: Notifications) {
    this.unlisten = notifications.listen(WATCHED_CHANNEL, () => {
      this.watchedUntil = performance.now() + WATCHED_FOR_MS;
    });
  }

  onModuleDestroy(): void {
    this.unlisten();
    clearTimeout(this.timer);
  }

  /** Call it with the tasks that a statement changed. Returns them. */
  publish<Row extends { readonly id: string }>(rows: Row[]): Row[] {
    if (rows.length === 0 || performance.now() > this.watchedUntil) return rows;
    for (const { id } of rows) this.changed.add(id);
    this.timer ??= setTimeout(() => this.flush(), COALESCE_MS);
    return rows;
  }

  /** Calls `listener` with ids of changed tasks, or with null when any task may have changed. */
  listen(listener: (ids: readonly string[] | null) => void): () => void {
    return this.notifications.listen(CHANGES_CHANNEL, (payload) => listener(payload === '' ? null : payload.split(',')));
  }

  /** Call it while there are live views; it sends at most one notification in WATCH_EVERY_MS. */
  watch(): void {
    if (performance.now() - this.watchSentAt < WATCH_EVERY_MS) return;
    this.watchSentAt = performance.now();
    this.notifications.notify(WATCHED_CHANNEL);
  }

  private flush(): void {
    this.timer = undefined;
    this.notifications.notify(CHANGES_CHANNEL, this.changed.size > IDS_PER_PAYLOAD ? '' : [...this.changed].join(','));
    this.changed.clear();
  }
}

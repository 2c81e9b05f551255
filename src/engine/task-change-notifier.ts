import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Notifications } from '../platform/database/notifications.ts';

/** Payload: ids of tasks, or '' for "any". */
const CHANGES_CHANNEL = 'contenthub_news';
/** Somebody looks at tasks just now. */
const WATCHED_CHANNEL = 'contenthub_watched';

const COALESCE_MS = 20;
/** A NOTIFY payload holds 8,000 bytes; an id and its comma take 37. */
const IDS_OF_ONE = 200;
/** A watcher says so this often, and is believed for a little more than twice as long. */
const WATCH_EVERY_MS = 5_000;
const WATCHED_FOR_MS = 12_000;

/**
 * Tells live views which tasks have changed. A NOTIFY takes a lock of the whole database, so nothing is told while nobody
 * watches. News may be lost, and may come a little before its commit: views also look by themselves.
 */
@Injectable()
export class TaskChangeNotifier implements OnModuleDestroy {
  private watchedUntil = 0;
  private saidAt = Number.NEGATIVE_INFINITY;
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

  /** For whoever has changed these tasks. Hands them back. */
  publish<Row extends { readonly id: string }>(rows: Row[]): Row[] {
    if (rows.length === 0 || performance.now() > this.watchedUntil) return rows;
    for (const { id } of rows) this.changed.add(id);
    this.timer ??= setTimeout(() => this.flush(), COALESCE_MS);
    return rows;
  }

  /** Ids of changed tasks; null for "any may have". */
  listen(listener: (ids: readonly string[] | null) => void): () => void {
    return this.notifications.listen(CHANGES_CHANNEL, (payload) => listener(payload === '' ? null : payload.split(',')));
  }

  /** Call it while watching, as often as you like. */
  watch(): void {
    if (performance.now() - this.saidAt < WATCH_EVERY_MS) return;
    this.saidAt = performance.now();
    this.notifications.notify(WATCHED_CHANNEL);
  }

  private flush(): void {
    this.timer = undefined;
    this.notifications.notify(CHANGES_CHANNEL, this.changed.size > IDS_OF_ONE ? '' : [...this.changed].join(','));
    this.changed.clear();
  }
}

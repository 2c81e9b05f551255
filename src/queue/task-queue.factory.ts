import type { Settings } from '../platform/config/settings.ts';
import type { Notifications } from '../platform/database/notifications.ts';
import { PostgresTaskQueue } from './drivers/postgres.ts';
import type { ClaimSource, TaskQueue } from './task-queue.ts';

/** The driver that QUEUE_DRIVER names. */
export class TaskQueueFactory {
  static create(settings: Settings, source: ClaimSource, notifications: Notifications): TaskQueue {
    switch (settings.queueDriver) {
      case 'auto':
      case 'postgres':
        return new PostgresTaskQueue(source, notifications, settings.pollIntervalMs);
      default:
        throw new Error(`QUEUE_DRIVER=${settings.queueDriver} is not in this version yet. Set QUEUE_DRIVER=postgres (or auto).`);
    }
  }
}

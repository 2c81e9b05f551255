import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { submitForRows } from '../../tasks/service/submit-for-rows.ts';
import { TaskService } from '../../tasks/service/task.service.ts';
import { DELIVER_ALERT } from './deliver-alert.handler.ts';
import { NOTIFICATIONS_PER_ROUND, SET_NOTIFICATION_TASKS, TAKE_NOTIFICATIONS } from './notification.sql.ts';

/** High: an alert about a backlog must not wait at its end. */
const PRIORITY = 10;

/** Submits a task for each notification that has none. Any number of processes may do it at once. */
@Injectable()
export class NotificationDispatcher {
  constructor(
    private readonly dataSource: DataSource,
    private readonly tasks: TaskService,
  ) {}

  async dispatchAll(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && (await this.dispatch()) === NOTIFICATIONS_PER_ROUND);
  }

  /** Returns the number of notifications. */
  dispatch(): Promise<number> {
    return submitForRows<{ notificationId: string; channelId: string }>(this.dataSource, this.tasks, {
      take: (tx) => tx.query(TAKE_NOTIFICATIONS, []),
      requestOf: ({ notificationId, channelId }) => ({
        name: DELIVER_ALERT,
        params: { notificationId, channelId },
        priority: PRIORITY,
        createdBy: 'alerts',
        trigger: 'task',
      }),
      store: (tx, rows) => tx.query(SET_NOTIFICATION_TASKS, [JSON.stringify(rows)]),
    });
  }
}

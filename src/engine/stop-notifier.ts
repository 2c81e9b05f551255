import { Injectable } from '@nestjs/common';
import { Notifications } from '../platform/database/notifications.ts';
import { encodeStoppedAttempts, STOPPED_CHANNEL } from './stopped-attempts.ts';
import type { StoppedAttempt } from './transition-result.ts';

/** Notifies the processes that hold leases which of their attempts have ended. */
@Injectable()
export class StopNotifier {
  constructor(private readonly notifications: Notifications) {}

  publish(stopped: readonly StoppedAttempt[]): void {
    for (const payload of encodeStoppedAttempts(stopped)) this.notifications.notify(STOPPED_CHANNEL, payload);
  }
}

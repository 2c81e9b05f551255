import type { LazyModuleLoader } from '@nestjs/core';
import type { Settings } from '../platform/config/settings.ts';
import type { Notifications } from '../platform/database/notifications.ts';
import type { Pools } from '../platform/database/pools.ts';
import type { Logger } from '../platform/telemetry/logger.ts';
import { PostgresTaskQueue } from './drivers/postgres.ts';
import type { ClaimSource, TaskQueue } from './task-queue.ts';

export interface QueueDependencies {
  readonly settings: Settings;
  readonly source: ClaimSource;
  readonly notifications: Notifications;
  readonly pools: Pools;
  readonly logger: Logger;
  readonly modules: LazyModuleLoader;
}

/** The driver that QUEUE_DRIVER names. Only that one is imported: BullMQ and its client cost a cold start 0.2 s. */
export class TaskQueueFactory {
  static async create({ settings, source, notifications, pools, logger, modules }: QueueDependencies): Promise<TaskQueue> {
    const { pollIntervalMs, redisAddress: redisUrl, redisPrefix } = settings;
    switch (settings.queueDriverInUse) {
      case 'postgres':
        return new PostgresTaskQueue(source, notifications, pollIntervalMs);
      case 'bullmq': {
        const { BullmqTaskQueue } = await import('./drivers/bullmq.ts');
        return new BullmqTaskQueue({ source, notifications, pollIntervalMs, redisUrl, redisPrefix, logger, modules });
      }
      case 'memory': {
        const { InProcessTaskQueue } = await import('./drivers/memory.ts');
        return new InProcessTaskQueue({ source, notifications, pools, pollIntervalMs });
      }
    }
  }
}

import type { INestApplicationContext } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { TaskQueue } from '../../queue/task-queue.ts';
import { QueueService } from '../../tasks/queues/queue.service.ts';

/** All queues, as BullMQ sees them; undefined while Redis does not answer. */
export async function boardQueues(app: INestApplicationContext): Promise<Queue[] | undefined> {
  const { BullmqTaskQueue } = await import('../../queue/drivers/bullmq.ts');
  const driver = app.get(TaskQueue);
  if (!(driver instanceof BullmqTaskQueue)) return undefined;
  const queues = await app.get(QueueService).list();
  return driver.boardQueues(queues.map(({ name }) => name));
}

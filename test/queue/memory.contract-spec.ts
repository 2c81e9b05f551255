import { describe, expect, it } from '@jest/globals';
import { TaskQueue } from '../../src/queue/task-queue.ts';
import { useEngines } from '../support/engine.ts';
import { describeTaskQueue } from './contract.ts';

const settings = { QUEUE_DRIVER: 'memory' };

describe('the memory driver', () => {
  describeTaskQueue({ settings, shared: false });
});

describe('beside another process with the memory driver', () => {
  const harness = useEngines();

  it('the start is refused, until that one has ended', async () => {
    const [first, second] = await Promise.all([harness.start({ settings }), harness.start({ settings })]);
    await first.get(TaskQueue).start({});
    await expect(second.get(TaskQueue).start({})).rejects.toThrow('another process uses it on this database');
    const third = await harness.start({ settings: { QUEUE_DRIVER: 'postgres' } });
    await third.get(TaskQueue).start({});
    const started = second.get(TaskQueue).start({});
    await first.close();
    await started;
  });
});

import { describe, expect, it } from '@jest/globals';
import { ConfigurationError } from '../../platform/config/configuration-error.ts';
import { loadSettings } from '../../platform/config/settings.ts';
import { TaskDefinitionRegistry } from '../../tasks/definitions/task-definition.registry.ts';
import { checkQueuesServed, slotsOf, unfilledBatches } from './worker-slots.ts';

const registry = new TaskDefinitionRegistry({ getProviders: () => [] } as never);
const handler = { handle: () => Promise.resolve() };
for (const queue of ['default', 'content', 'operations', 'isolated', 'reports'])
  registry.register({ name: `in-${queue}`, queue }, handler, 'Reports (src/reports.ts)');
registry.register({ name: 'by-agents', runBy: 'agents', queue: 'agents-gpu' }, handler);

const check = (slots?: string) => () => checkQueuesServed(registry, loadSettings(slots === undefined ? {} : { QUEUE_SLOTS: slots }));

describe('the queues of a worker', () => {
  it('refuses a task whose queue no setting knows, and names task, file and setting', () => {
    expect(check()).toThrow(ConfigurationError);
    expect(check()).toThrow(
      'No worker serves these queues; QUEUE_SLOTS does not name them:\n' +
        '  The task "in-reports" of Reports (src/reports.ts) has the queue "reports". Correct it, or add reports=2 to QUEUE_SLOTS (reports=0 where only other processes serve it).',
    );
  });

  it('accepts a queue with slots here, and one left to other processes', () => {
    expect(check('reports=2')).not.toThrow();
    expect(check('reports=0,default=0')).not.toThrow();
    expect(slotsOf(loadSettings({ QUEUE_SLOTS: 'reports=0,default=0' }))).toEqual({ operations: 2, content: 3 });
  });

  it('warns of a batch that is larger than the slots of its queue', () => {
    const batches = new TaskDefinitionRegistry({ getProviders: () => [] } as never);
    const batchHandler = { handleBatch: () => Promise.resolve([]) };
    batches.register({ name: 'embed', batch: { size: 100 } }, batchHandler);
    batches.register({ name: 'index', queue: 'reports', batch: { size: 100 } }, batchHandler);
    expect(unfilledBatches(batches, { default: 99 })).toEqual([expect.stringContaining('"embed" takes batches of 100')]);
    expect(unfilledBatches(batches, { default: 100 })).toEqual([]);
  });
});

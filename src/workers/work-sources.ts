import { Injectable } from '@nestjs/common';
import { Settings } from '../platform/config/settings.ts';
import { TaskQueue } from '../queue/task-queue.ts';
import { ISOLATED_QUEUE, TaskDefinitionRegistry } from '../tasks/definitions/task-definition.registry.ts';
import { TaskRepository } from '../tasks/task.repository.ts';
import { WorkerIdentity } from '../tasks/worker-identity.ts';
import { IsolatedSource, QUARANTINE, SuspectsHere, SuspectSource } from './isolation/apart-source.ts';
import type { TaskProcessPool } from './isolation/task-process-pool.ts';
import { QueueSource } from './queue-source.ts';
import type { WorkSource } from './work-source.ts';

export interface NamedSource {
  queue: string;
  slots: number;
  source: WorkSource;
}

/** Which sources the workers of a process draw from. */
@Injectable()
export class WorkSources {
  constructor(
    private readonly settings: Settings,
    private readonly identity: WorkerIdentity,
    private readonly queue: TaskQueue,
    private readonly definitions: TaskDefinitionRegistry,
    private readonly repository: TaskRepository,
  ) {}

  /** `slots`: queue → slots. Without `processes` everything runs in this one. */
  of(slots: Readonly<Record<string, number>>, processes: TaskProcessPool | undefined): NamedSource[] {
    const { queue, repository, identity, definitions, settings } = this;
    const { quarantineLanes, isolatedProcesses, leaseTtlMs } = settings;
    const queues = [...Object.keys(slots), ISOLATED_QUEUE];
    const shared = (name: string) => new QueueSource(name, identity.owner, queue, definitions, processes);
    const named = Object.entries(slots).map(([name, count]) => ({ queue: name, slots: count, source: shared(name) }));
    const here = { queue, repository, owner: identity.owner, leaseSeconds: leaseTtlMs / 1_000 };
    if (!processes) {
      const isolated = { queue: ISOLATED_QUEUE, slots: isolatedProcesses, source: shared(ISOLATED_QUEUE) };
      return [...named, isolated, { queue: QUARANTINE, slots: 1, source: new SuspectsHere(queues, here) }];
    }
    const apart = { ...here, owner: identity.apart, processes };
    return [
      ...named,
      { queue: ISOLATED_QUEUE, slots: isolatedProcesses, source: new IsolatedSource(ISOLATED_QUEUE, apart) },
      { queue: QUARANTINE, slots: quarantineLanes, source: new SuspectSource(queues, apart) },
    ];
  }
}

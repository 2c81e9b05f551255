import { Injectable } from '@nestjs/common';
import { QUARANTINE } from '../engine/quarantine.ts';
import { isAgentQueue } from '../core/agent/agent-queue.ts';
import { ConfigurationError } from '../platform/config/configuration-error.ts';
import { Settings } from '../platform/config/settings.ts';
import { TaskQueue } from '../queue/task-queue.ts';
import { ThrottledQueues } from '../engine/dispatch/throttled-queues.ts';
import { ISOLATED_QUEUE, TaskDefinitionRegistry } from '../tasks/definitions/task-definition.registry.ts';
import { TaskRepository } from '../engine/task.repository.ts';
import { WorkerIdentity } from '../engine/worker-identity.ts';
import { IsolatedSource, InProcessQuarantineSource, QuarantineSource } from './isolation/child-process-source.ts';
import type { TaskProcessPool } from './isolation/task-process-pool.ts';
import { QueueSource } from './queue-source.ts';
import { OrphanedClaimRecovery } from '../engine/recovery/orphaned-claim-recovery.ts';
import type { WorkSource } from './work-source.ts';

export interface NamedSource {
  queue: string;
  slots: number;
  source: WorkSource;
  orphans: OrphanedClaimRecovery;
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
    private readonly held: ThrottledQueues,
  ) {}

  /** `slots`: queue → slots. Without `processes` everything runs in this one. */
  of(slots: Readonly<Record<string, number>>, processes: TaskProcessPool | undefined): NamedSource[] {
    const { queue, repository, identity, definitions, held, settings } = this;
    const leased = Object.keys(slots).find(isAgentQueue);
    if (leased !== undefined)
      throw new ConfigurationError(`QUEUE_SLOTS names the queue "${leased}", whose tasks are leased by agents. Remove it.`);
    const { quarantineLanes, isolatedProcesses, leaseTtlMs } = settings;
    const queues = [...Object.keys(slots), ISOLATED_QUEUE];
    const orphansOf = (of: readonly string[], owner: string, quarantined = false) =>
      new OrphanedClaimRecovery({ repository, queue, queues: of, owner, quarantined });
    const shared = (name: string, count: number): NamedSource => ({
      queue: name,
      slots: count,
      source: new QueueSource(name, identity.owner, queue, definitions, held, processes),
      orphans: orphansOf([name], identity.owner),
    });
    const named = Object.entries(slots).map(([name, count]) => shared(name, count));
    const here = { queue, repository, held, owner: identity.owner, leaseSeconds: leaseTtlMs / 1_000 };
    if (!processes) {
      const quarantine = { source: new InProcessQuarantineSource(queues, here), orphans: orphansOf(queues, identity.owner, true) };
      return [...named, shared(ISOLATED_QUEUE, isolatedProcesses), { queue: QUARANTINE, slots: 1, ...quarantine }];
    }
    const apart = { ...here, owner: identity.apart, processes };
    return [
      ...named,
      {
        queue: ISOLATED_QUEUE,
        slots: isolatedProcesses,
        source: new IsolatedSource(ISOLATED_QUEUE, apart),
        orphans: orphansOf([ISOLATED_QUEUE], identity.apart),
      },
      {
        queue: QUARANTINE,
        slots: quarantineLanes,
        source: new QuarantineSource(queues, apart),
        orphans: orphansOf(queues, identity.apart, true),
      },
    ];
  }
}

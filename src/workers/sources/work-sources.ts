import { Injectable } from '@nestjs/common';
import { QUARANTINE } from '../../engine/quarantine.ts';
import { isAgentQueue } from '../../core/agent/agent-queue.ts';
import { ConfigurationError } from '../../platform/config/configuration-error.ts';
import { Settings } from '../../platform/config/settings.ts';
import { TaskQueue } from '../../queue/task-queue.ts';
import { QuarantineClaims } from '../../engine/dispatch/quarantine-claims.ts';
import { TaskClaims } from '../../engine/dispatch/task-claims.ts';
import { ThrottledQueues } from '../../engine/dispatch/throttled-queues.ts';
import { ISOLATED_QUEUE, TaskDefinitionRegistry } from '../../tasks/definitions/task-definition.registry.ts';
import { AttemptStore } from '../../engine/attempt-store.ts';
import { TaskMetrics } from '../../engine/task-metrics.ts';
import { WorkerIdentity } from '../../engine/worker-identity.ts';
import { IsolatedSource, InProcessQuarantineSource, QuarantineSource } from './child-process-source.ts';
import type { TaskProcessPool } from '../isolation/task-process-pool.ts';
import { QueueSource } from './queue-source.ts';
import { OrphanedClaimRecovery } from '../../engine/recovery/orphaned-claim-recovery.ts';
import type { WorkSource } from './work-source.ts';

export interface NamedSource {
  queue: string;
  slots: number;
  source: WorkSource;
  orphans: OrphanedClaimRecovery;
}

/** The work sources of a process. */
@Injectable()
export class WorkSources {
  constructor(
    private readonly settings: Settings,
    private readonly identity: WorkerIdentity,
    private readonly queue: TaskQueue,
    private readonly definitions: TaskDefinitionRegistry,
    private readonly attempts: AttemptStore,
    private readonly claims: TaskClaims,
    private readonly quarantine: QuarantineClaims,
    private readonly throttled: ThrottledQueues,
    private readonly metrics: TaskMetrics,
  ) {}

  /** `slots`: slots by queue. Without `processes` every task runs in this process. */
  of(slots: Readonly<Record<string, number>>, processes: TaskProcessPool | undefined): NamedSource[] {
    const { queue: taskQueue, metrics, attempts, claims, quarantine, identity, definitions, throttled, settings } = this;
    const leased = Object.keys(slots).find(isAgentQueue);
    if (leased !== undefined)
      throw new ConfigurationError(`QUEUE_SLOTS names the queue "${leased}", whose tasks are leased by agents. Remove it.`);
    const { quarantineSlots, isolatedProcesses, leaseTtlMs } = settings;
    const queues = [...Object.keys(slots), ISOLATED_QUEUE];
    const orphansOf = (of: readonly string[], owner: string, quarantined = false) =>
      new OrphanedClaimRecovery({ attempts, queue: taskQueue, metrics, queues: of, owner, quarantined });
    const claimer = { taskQueue, definitions, throttled, owner: identity.owner, leaseSeconds: leaseTtlMs / 1_000 };
    const shared = (name: string, count: number): NamedSource => ({
      queue: name,
      slots: count,
      source: new QueueSource({ ...claimer, queue: name, processes }),
      orphans: orphansOf([name], identity.owner),
    });
    const named = Object.entries(slots).map(([name, count]) => shared(name, count));
    if (!processes) {
      const source = new InProcessQuarantineSource(queues, { ...claimer, quarantine });
      const inProcess = { queue: QUARANTINE, slots: 1, source, orphans: orphansOf(queues, identity.owner, true) };
      return [...named, shared(ISOLATED_QUEUE, isolatedProcesses), inProcess];
    }
    const isolated = { ...claimer, claims, quarantine, owner: identity.isolatedOwner, processes };
    return [
      ...named,
      {
        queue: ISOLATED_QUEUE,
        slots: isolatedProcesses,
        source: new IsolatedSource(ISOLATED_QUEUE, isolated),
        orphans: orphansOf([ISOLATED_QUEUE], identity.isolatedOwner),
      },
      {
        queue: QUARANTINE,
        slots: quarantineSlots,
        source: new QuarantineSource(queues, isolated),
        orphans: orphansOf(queues, identity.isolatedOwner, true),
      },
    ];
  }
}

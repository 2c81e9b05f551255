import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { hostname } from 'node:os';
import { newId } from '../platform/ids/new-id.ts';
import { productVersion } from '../platform/config/product-version.ts';
import { Settings } from '../platform/config/settings.ts';
import { FailureLog } from '../platform/database/failure-log.ts';
import { Draining } from '../platform/lifecycle/drain.ts';
import type { Loop } from '../platform/lifecycle/loop.ts';
import { LoopRegistry } from '../platform/lifecycle/loop-registry.ts';
import { TaskDefinitionRegistry } from '../tasks/definitions/task-definition.registry.ts';
import { WorkerIdentity } from '../engine/worker-identity.ts';
import { AgentRepository } from './agent.repository.ts';

/** The workers of this process, as the registry controls them. */
export interface WorkerControl {
  status(): readonly { queue: string; slots: number; running: number }[];
  /** Stops claiming; running tasks finish. */
  drain(): Promise<void>;
  /** Claims again after a drain. */
  resume(): void;
}

/** The workers of a process are an agent too: it sends heartbeats, disappears when it ends, and obeys an operator who drains it. */
@Injectable()
export class ProcessAgent implements OnModuleDestroy {
  private readonly id = newId();
  private readonly loop: Loop;
  private workers: WorkerControl | undefined;
  private slots: Readonly<Record<string, number>> = {};
  private draining = false;
  /** Serialises changes: a resume waits for the end of the drain. */
  private change: Promise<void> = Promise.resolve();

  constructor(
    private readonly agents: AgentRepository,
    private readonly identity: WorkerIdentity,
    private readonly settings: Settings,
    private readonly shutdown: Draining,
    private readonly definitions: TaskDefinitionRegistry,
    loops: LoopRegistry,
    failures: FailureLog,
  ) {
    const name = 'process-agent';
    const onError = failures.of(name);
    this.loop = loops.create({ name, intervalMs: settings.leaseBeatMs, jitter: 0.1, run: () => this.beat(), onError });
  }

  start(workers: WorkerControl): void {
    this.workers = workers;
    this.slots = Object.fromEntries(workers.status().map(({ queue, slots }) => [queue, slots]));
    this.loop.start();
  }

  /** Deletes the row of this process, unless the database is unreachable. */
  async onModuleDestroy(): Promise<void> {
    await this.loop.stop();
    if (this.workers) await this.agents.forgetProcess(this.identity.owner).catch(() => undefined);
  }

  private async beat(): Promise<void> {
    const { workers, slots } = this;
    if (!workers) return;
    const total = Object.values(slots).reduce((sum, count) => sum + count, 0);
    const running = workers.status().reduce((sum, worker) => sum + worker.running, 0);
    const drain = await this.agents.beatProcess({
      id: this.id,
      name: this.identity.owner,
      capabilities: this.settings.workerCapabilities,
      slots: total,
      version: productVersion(),
      processInfo: { host: hostname(), pid: process.pid, slots },
      load: total === 0 ? 0 : running / total,
      draining: this.draining,
      taskNames: this.definitions.namesRunBy('workers'),
    });
    await this.agents.forgetDeadProcesses();
    this.applyDrain(workers, drain);
  }

  /** A process that shuts down claims no more, whatever an operator wants. */
  private applyDrain(workers: WorkerControl, drain: boolean): void {
    if (drain === this.draining || this.shutdown.active) return;
    this.draining = drain;
    this.change = this.change.then(() => (drain ? workers.drain() : workers.resume()));
  }
}

import { setTimeout as delay } from 'node:timers/promises';
import { timerMs } from '../../core/time/timer-ms.ts';
import { isUnreachable } from '../api-client.ts';
import { CliError } from '../cli-error.ts';
import type { AgentApi, Lease } from './agent-api.ts';
import { LineSender } from './line-sender.ts';
import { type ProgramEnd, type ProgramPlan, runProgram } from './task-program.ts';

export interface AgentPlan {
  readonly concurrency: number;
  readonly heartbeatMs: number;
  readonly drainMs: number;
  readonly program: ProgramPlan;
  readonly say: (line: string) => void;
}

interface Held {
  readonly lease: Lease;
  /** Ends the program. Its reason says what the server is told. */
  readonly stop: AbortController;
}

const RETRY_MS = 1_000;

/** Leases tasks and runs a program for each, until it is told to end: then it waits for those that run, and gives back the rest. */
export class Agent {
  private readonly held = new Map<string, Held>();
  private changed = Promise.withResolvers<void>();

  constructor(
    private readonly api: AgentApi,
    private readonly plan: AgentPlan,
  ) {}

  /** `ending`: no more tasks from here on. Rejects when the server does not know this agent any more. */
  async run(ending: AbortSignal): Promise<void> {
    const over = new AbortController();
    const beating = this.beat(over.signal);
    try {
      await Promise.race([this.lease(ending), beating]);
      await this.drain();
    } catch (error) {
      this.stopAll('lost');
      await this.untilIdle(this.plan.drainMs);
      throw error;
    } finally {
      over.abort();
      await beating.catch(() => undefined);
    }
  }

  private async lease(ending: AbortSignal): Promise<void> {
    const ended = new Promise<void>((resolve) => ending.addEventListener('abort', () => resolve(), { once: true }));
    while (!ending.aborted) {
      const free = this.plan.concurrency - this.held.size;
      if (free === 0) {
        await Promise.race([this.changed.promise, ended]);
        continue;
      }
      const leases = await this.api.lease(free).catch(async (error: unknown) => {
        if (ending.aborted) return []; // the call in flight was cut off, and the server keeps what it had for it
        if (!isPassingError(error)) throw error;
        await Promise.race([delay(RETRY_MS), ended]);
        return [];
      });
      for (const lease of leases) void this.work(lease);
    }
  }

  private async beat(over: AbortSignal): Promise<void> {
    while (!over.aborted) {
      const leases = [...this.held.values()].map(({ lease }) => lease);
      try {
        const { lost, cancel } = await this.api.heartbeat(leases, leases.length / this.plan.concurrency);
        for (const id of [...lost, ...cancel]) this.stop(id, leases);
        await delay(timerMs(this.plan.heartbeatMs), undefined, { signal: over }).catch(() => undefined);
      } catch (error) {
        if (!isPassingError(error)) throw error;
        await delay(timerMs(Math.min(RETRY_MS, this.plan.heartbeatMs)), undefined, { signal: over }).catch(() => undefined);
      }
    }
  }

  /** A task that came after the heartbeat had left is not meant. */
  private stop(id: string, named: readonly Lease[]): void {
    const held = this.held.get(id);
    if (held && named.includes(held.lease)) held.stop.abort('lost');
  }

  private stopAll(reason: 'lost' | 'draining'): void {
    for (const { stop } of this.held.values()) stop.abort(reason);
  }

  private async work(lease: Lease): Promise<void> {
    const stop = new AbortController();
    this.held.set(lease.taskId, { lease, stop });
    try {
      await this.perform(lease, stop.signal);
    } catch (error) {
      this.plan.say(`${lease.name} ${lease.taskId}: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      this.held.delete(lease.taskId);
      const { resolve } = this.changed;
      this.changed = Promise.withResolvers<void>();
      resolve();
    }
  }

  private async perform(lease: Lease, stop: AbortSignal): Promise<void> {
    if (!(await this.api.say(lease, 'start'))) return;
    this.plan.say(`${lease.name} ${lease.taskId}: attempt ${lease.attempt}`);
    const lines = new LineSender(this.api, lease);
    const end = await runProgram(this.plan.program, lease, (text) => lines.add(text), stop);
    if (stop.aborted && stop.reason === 'lost') return this.plan.say(`${lease.name} ${lease.taskId}: stopped, it is no longer ours`);
    await lines.flush();
    const told = await this.tell(lease, end, stop.aborted);
    this.plan.say(`${lease.name} ${lease.taskId}: ${told?.status ?? 'no longer ours'}`);
  }

  private tell(lease: Lease, end: ProgramEnd, draining: boolean): Promise<{ status: string } | undefined> {
    if (end.kind === 'done') return this.api.say(lease, 'complete', { result: end.result });
    if (draining) return this.api.say(lease, 'release');
    const { class: failureClass, code, message } = end;
    return this.api.say(lease, 'fail', { class: failureClass, code, message });
  }

  private async drain(): Promise<void> {
    if (this.held.size > 0) this.plan.say(`ending: waiting for ${this.held.size} tasks`);
    await this.untilIdle(this.plan.drainMs);
    this.stopAll('draining');
    await this.untilIdle(this.plan.drainMs);
  }

  private async untilIdle(ms: number): Promise<void> {
    const late = delay(timerMs(ms), 'late' as const, { ref: false });
    while (this.held.size > 0 && (await Promise.race([this.changed.promise, late])) !== 'late');
  }
}

/** The server is away, or restarts. */
function isPassingError(error: unknown): boolean {
  if (isUnreachable(error)) return true;
  const status = error instanceof CliError ? error.problem?.status : undefined;
  return status !== undefined && (status === 429 || status >= 500);
}

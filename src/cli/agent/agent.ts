import { setTimeout as delay } from 'node:timers/promises';
import { cutText, storableText } from '../../core/text/storable-text.ts';
import { timerMs } from '../../core/time/timer-ms.ts';
import type { CliError } from '../cli-error.ts';
import { type AgentApi, isPassingError, isRefusal, type Lease } from './agent-api.ts';
import { LineSender } from './line-sender.ts';
import { type ProgramEnd, type ProgramPlan, runProgram } from './task-program.ts';

export interface AgentPlan {
  readonly concurrency: number;
  readonly heartbeatMs: number;
  readonly drainMs: number;
  readonly program: ProgramPlan;
  readonly say: (line: string) => void;
}

interface RunningLease {
  readonly lease: Lease;
  /** Ends the program. The abort reason decides what is reported to the server. */
  readonly stop: AbortController;
}

const RETRY_MS = 1_000;
const MAX_MESSAGE = 2_000;

/** Leases tasks and runs a program for each. At the end it waits for running tasks and releases the others. */
export class Agent {
  private readonly running = new Map<string, RunningLease>();
  private changed = Promise.withResolvers<void>();

  constructor(
    private readonly api: AgentApi,
    private readonly plan: AgentPlan,
  ) {}

  /** `ending` stops the leasing. Rejects when the server no longer accepts this agent. */
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
      const free = this.plan.concurrency - this.running.size;
      if (free === 0) {
        await Promise.race([this.changed.promise, ended]);
        continue;
      }
      const leases = await this.api.lease(free).catch(async (error: unknown) => {
        if (ending.aborted) return []; // the pending call was aborted, and the server keeps the tasks it had for it
        if (!isPassingError(error)) throw error;
        await Promise.race([delay(RETRY_MS), ended]);
        return [];
      });
      for (const lease of leases) void this.work(lease);
    }
  }

  private async beat(over: AbortSignal): Promise<void> {
    while (!over.aborted) {
      const leases = [...this.running.values()].map(({ lease }) => lease);
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

  /** Ignores a task that was leased after the heartbeat was sent. */
  private stop(id: string, named: readonly Lease[]): void {
    const running = this.running.get(id);
    if (running && named.includes(running.lease)) running.stop.abort('lost');
  }

  private stopAll(reason: 'lost' | 'draining'): void {
    for (const { stop } of this.running.values()) stop.abort(reason);
  }

  private async work(lease: Lease): Promise<void> {
    const stop = new AbortController();
    this.running.set(lease.taskId, { lease, stop });
    try {
      await this.perform(lease, stop.signal);
    } catch (error) {
      await this.giveUp(lease, error, stop.signal);
    } finally {
      this.running.delete(lease.taskId);
      const { resolve } = this.changed;
      this.changed = Promise.withResolvers<void>();
      resolve();
    }
  }

  private async perform(lease: Lease, stop: AbortSignal): Promise<void> {
    if (!(await this.api.say(lease, 'start'))) return;
    this.say(lease, `attempt ${lease.attempt}`);
    const lines = new LineSender(this.api, lease);
    const end = await runProgram(this.plan.program, lease, (text, level) => lines.add(text, level), stop);
    if (isLost(stop)) return this.say(lease, 'stopped, because the lease was lost');
    for (const warning of await lines.finish()) this.say(lease, warning);
    const ended = await this.report(lease, end);
    this.say(lease, ended?.status ?? 'lease lost');
  }

  private async report(lease: Lease, end: ProgramEnd): Promise<{ status: string } | undefined> {
    if (end.kind === 'done') return this.complete(lease, end.result);
    if (end.kind === 'stopped') return this.api.say(lease, 'release');
    const { class: failureClass, code, message } = end;
    return this.api.say(lease, 'fail', { class: failureClass, code, message });
  }

  /** A result that the server rejects is a permanent failure: the same program would produce it again. */
  private async complete(lease: Lease, result: string): Promise<{ status: string } | undefined> {
    try {
      return await this.api.complete(lease, result);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const message = `the server rejected the result: ${refusalText(error)}`;
      this.say(lease, message);
      return this.api.say(lease, 'fail', { class: 'invalid_output', code: error.code, message });
    }
  }

  /** Reports that the task cannot be run or completed here. Otherwise it would wait until the lease expires. */
  private async giveUp(lease: Lease, error: unknown, stop: AbortSignal): Promise<void> {
    const message = error instanceof Error ? error.message : String(error);
    this.say(lease, message);
    if (isLost(stop)) return;
    const failure = { class: 'internal', code: 'agent_error', message: cutText(storableText(message), MAX_MESSAGE) || 'agent error' };
    await this.api.say(lease, 'fail', failure).catch((again: unknown) => {
      this.say(lease, `the failure could not be reported: ${again instanceof Error ? again.message : String(again)}`);
    });
  }

  private say({ name, taskId }: Lease, text: string): void {
    this.plan.say(`${name} ${taskId}: ${text}`);
  }

  private async drain(): Promise<void> {
    if (this.running.size > 0) this.plan.say(`ending: waiting for ${this.running.size} running tasks`);
    await this.untilIdle(this.plan.drainMs);
    this.stopAll('draining');
    await this.untilIdle(this.plan.drainMs);
  }

  private async untilIdle(ms: number): Promise<void> {
    const late = delay(timerMs(ms), 'late' as const, { ref: false });
    while (this.running.size > 0 && (await Promise.race([this.changed.promise, late])) !== 'late');
  }
}

const isLost = (stop: AbortSignal): boolean => stop.aborted && stop.reason === 'lost';

/** Rewrites "A value of the body … (/result/a)" with the pointer inside the result. */
function refusalText({ message, problem }: CliError): string {
  const pointer = problem?.errors?.[0]?.pointer?.replace(/^\/result/, '');
  return pointer ? `${message} (at ${pointer})` : message;
}

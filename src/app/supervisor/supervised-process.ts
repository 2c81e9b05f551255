import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { afterDeath, NO_DEATHS } from '../../core/restart-policy.ts';
import { timerMs } from '../../core/time/timer-ms.ts';
import { EXIT_CONFIGURATION } from '../../platform/config/configuration-error.ts';
import { HAS_GROUPS, signalGroup } from '../../platform/lifecycle/process-group.ts';
import { isReady } from './messages.ts';

const SHUTDOWN_MS = 30_000;
/** A process ends itself within its timeout; one that does not is killed this much later. */
const MARGIN_MS = 2_000;
/** Half of V8's default for the young generation: an idle process takes 186 instead of 232 MB, and a drain costs no more CPU. */
const NODE_FLAGS = ['--enable-source-maps', '--max-semi-space-size=8'];

export interface ProcessPlan {
  /** Shown in messages: "application", "worker 2". */
  name: string;
  /** The script to run. */
  entry: string;
  /** Default 30 s. */
  shutdownTimeoutMs?: number;
  /** Added to the environment of the supervisor at each start. */
  variables(): Record<string, string>;
  onReady(url: string): void;
  /** Called when the process ended without being stopped. */
  onDeath(bootId: string, cause: string): void;
  /** Called when the process is not restarted any more. The supervisor exits with this code. */
  onGiveUp(reason: string, exitCode: number): void;
}

/** A process that is restarted whenever it dies, until it is stopped. Each start has a new boot id. */
export class SupervisedProcess {
  private readonly plan: ProcessPlan;
  private child: ChildProcess | undefined;
  private ended: Promise<void> = Promise.resolve();
  private record = NO_DEATHS;
  private restartTimer: NodeJS.Timeout | undefined;
  private stopping = false;

  constructor(plan: ProcessPlan) {
    this.plan = plan;
  }

  start(): void {
    const bootId = randomUUID();
    const bornAt = performance.now();
    const child = spawn(process.execPath, [...NODE_FLAGS, this.plan.entry], {
      // the child reads the same settings as the supervisor
      env: { ...process.env, ...this.plan.variables(), CONTENTHUB_BOOT_ID: bootId },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      // Its own process group: Ctrl-C reaches it only through the supervisor, once, and its descendants can be killed
      // with it.
      detached: HAS_GROUPS,
    });
    this.child = child;
    child.on('message', (message) => {
      if (isReady(message)) this.plan.onReady(message.url);
    });
    this.ended = new Promise((resolve) => {
      const end = (cause: string) => {
        if (this.child !== child) return;
        this.child = undefined;
        signalGroup(child, 'SIGKILL');
        if (!this.stopping || cause !== CLEAN) this.plan.onDeath(bootId, cause);
        if (!this.stopping) this.restartAfter(performance.now() - bornAt, cause);
        resolve();
      };
      child.once('error', (error) => end(error.message));
      child.once('exit', (code, signal) => end(signal ?? `exit code ${code}`));
    });
  }

  /** Sends SIGTERM, and SIGKILL 2 s after the shutdown timeout. Resolves when the process has ended. */
  async stop(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.restartTimer);
    this.child?.kill('SIGTERM');
    const timer = setTimeout(() => this.kill(), timerMs((this.plan.shutdownTimeoutMs ?? SHUTDOWN_MS) + MARGIN_MS));
    await this.ended;
    clearTimeout(timer);
  }

  /** Kills the process group now. Then `stop` resolves, or the process is restarted. */
  kill(): void {
    if (this.child !== undefined) signalGroup(this.child, 'SIGKILL');
  }

  private restartAfter(livedMs: number, cause: string): void {
    if (cause === MISCONFIGURED) {
      this.plan.onGiveUp(`The ${this.plan.name} process cannot start with this configuration.`, EXIT_CONFIGURATION);
      return;
    }
    const decision = afterDeath(this.record, livedMs);
    if (decision.kind === 'give-up') {
      this.plan.onGiveUp(
        `The ${this.plan.name} process ended ${decision.rapidDeaths} times within 30 s of its start; the last cause: ${cause}.`,
        1,
      );
      return;
    }
    this.record = decision.record;
    this.restartTimer = setTimeout(() => this.start(), timerMs(decision.delayMs));
  }
}

const CLEAN = 'exit code 0';
const MISCONFIGURED = `exit code ${EXIT_CONFIGURATION}`;

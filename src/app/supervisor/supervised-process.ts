import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { afterDeath, NO_DEATHS } from '../../core/restart-policy.ts';
import { timerMs } from '../../core/time/timer-ms.ts';
import { EXIT_CONFIGURATION } from '../../platform/config/configuration-error.ts';
import { HAS_GROUPS, signalGroup } from '../../platform/lifecycle/process-group.ts';
import { isReady } from './messages.ts';

const STOP_MS = 30_000;
/** Half of V8's default for its young generation: an idle process holds 186 instead of 232 MB, a drain costs no more CPU. */
const NODE_FLAGS = ['--enable-source-maps', '--max-semi-space-size=8'];

export interface ProcessPlan {
  /** For people: "application", "worker 2". */
  name: string;
  /** The script to run. */
  entry: string;
  /** Set on top of our own environment; asked for at each start. */
  variables(): Record<string, string>;
  onReady(url: string): void;
  /** The process ended, and nobody had asked it to. */
  onDeath(bootId: string, cause: string): void;
  /** It will not be started again, and the whole is to end with this code. */
  onGiveUp(reason: string, exitCode: number): void;
}

/** One process that is started again whenever it dies, until it is stopped. Each life has a boot id of its own. */
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
      // The child reads its settings from the same environment as we do.
      env: { ...process.env, ...this.plan.variables(), CONTENTHUB_BOOT_ID: bootId, CONTENTHUB_SUPERVISED: '1' },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      // Its own process group: Ctrl-C reaches it through us alone, once, and what it leaves behind can be ended with it.
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

  /** SIGTERM, and SIGKILL after 30 s. Resolves when the process is gone. */
  async stop(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.restartTimer);
    this.child?.kill('SIGTERM');
    const timer = setTimeout(() => this.kill(), STOP_MS);
    await this.ended;
    clearTimeout(timer);
  }

  /** Ends the process group now; `stop` resolves, or the process is started again. */
  kill(): void {
    if (this.child !== undefined) signalGroup(this.child, 'SIGKILL');
  }

  private restartAfter(livedMs: number, cause: string): void {
    if (cause === MISCONFIGURED) {
      this.plan.onGiveUp(`The ${this.plan.name} process cannot start as it is configured.`, EXIT_CONFIGURATION);
      return;
    }
    const decision = afterDeath(this.record, livedMs);
    if (decision.kind === 'give-up') {
      this.plan.onGiveUp(
        `The ${this.plan.name} process ended ${decision.rapidDeaths} times within 30 s of its start, at last with ${cause}.`,
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

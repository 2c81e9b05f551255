import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { reportExit } from '../../engine/recovery/exit-report.ts';
import type { DatabaseAddress } from '../../platform/database/connections.ts';

const ENTRY = fileURLToPath(new URL(import.meta.url.endsWith('.js') ? './verify-worker.js' : './verify-worker.ts', import.meta.url));
const STOP_MS = 10_000;

/** A worker process that can be killed, and is started again with a new boot id. */
export class VerifyProcess {
  private child: ChildProcess | undefined;
  private bootId = '';
  private stopping = false;
  /** It claims tasks. */
  running = false;
  private words = '';

  constructor(
    private readonly address: DatabaseAddress,
    private readonly variables: Readonly<Record<string, string>>,
  ) {}

  /** Resolves once it claims tasks. @throws when it ends before that */
  async start(): Promise<void> {
    this.bootId = randomUUID();
    const env = { ...process.env, ...this.variables, CONTENTHUB_BOOT_ID: this.bootId };
    const child = fork(ENTRY, { env, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    child.stderr?.on('data', (text) => (this.words = (this.words + text).slice(-2_000)));
    this.child = child;
    const ended = once(child, 'exit').then(() => {
      if (!this.stopping) throw new Error(`a worker process of the verification did not start: ${this.words.trim()}`);
    });
    await Promise.race([once(child, 'message'), ended]);
    this.running = !this.stopping;
    ended.catch(() => undefined); // killed later
  }

  /** SIGKILL, then a new process. `reported`: as by a supervisor, which tells the database that the process has ended. */
  async killAndStart({ reported }: { reported: boolean }): Promise<void> {
    const { child, bootId } = this;
    if (child === undefined) return;
    this.running = false;
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
    if (reported) await reportExit(this.address, bootId);
    if (!this.stopping) await this.start();
  }

  async stop(): Promise<void> {
    this.stopping = true;
    this.running = false;
    const { child } = this;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    const inTime = await Promise.race([exit.then(() => true), delay(STOP_MS, false, { ref: false })]);
    if (!inTime) child.kill('SIGKILL');
    await exit;
  }
}

import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { reportExit } from '../../../src/engine/recovery/exit-report.ts';

/** Like the supervisor's first restart. */
const RESTART_MS = 100;
const PING_MS = 2_000;
/** How long an event loop may be blocked before the process counts as dead, as with a kubelet. */
const SILENCE_MS = 15_000;
const STOP_MS = 31_000;
/** The cause of a requested end. */
export const STOPPED = 'stopped';
const REPLACED = 'replaced';

export type Role = 'api' | 'worker' | 'scheduler';

/** One process from its start to its end. */
export interface Life {
  role: Role;
  bootId: string;
  pid: number;
  bornAt: Date;
  diedAt?: Date;
  /** Why it ended: the name of a fault, or the exit of the system. */
  cause?: string;
  /** True when its exit was reported to the database, as by a supervisor. */
  reported?: boolean;
  /** When it was stopped by SIGSTOP, maybe several times. */
  pauses: { from: Date; to?: Date }[];
}

export interface AppProcessPlan {
  role: Role;
  entry: string;
  logFile: string;
  flags: readonly string[];
  environment: Record<string, string>;
  databaseUrl: () => string;
  onLife: (life: Life) => void;
}

/** A process of the application that is restarted whenever it ends, each time with a new boot id. */
export class AppProcess {
  private readonly plan: AppProcessPlan;
  private child: ChildProcess | undefined;
  private stopping = false;
  private intended: { cause: string; silent: boolean } | undefined;
  private lastPong = 0;
  private ended: Promise<void> = Promise.resolve();
  private pinging: NodeJS.Timeout | undefined;
  life: Life | undefined;

  constructor(plan: AppProcessPlan) {
    this.plan = plan;
  }

  get role(): Role {
    return this.plan.role;
  }

  start(): void {
    const { role, entry, logFile, flags, environment, databaseUrl, onLife } = this.plan;
    const bootId = randomUUID();
    const log = openSync(logFile, 'a');
    const child = spawn(process.execPath, [...flags, entry], {
      env: {
        PATH: process.env.PATH,
        ...environment,
        DATABASE_URL: databaseUrl(),
        APP_ROLES: role,
        CONTENTHUB_BOOT_ID: bootId,
      },
      cwd: environment.DATA_DIR,
      stdio: ['ignore', log, log, 'ipc'],
      detached: true,
    });
    closeSync(log);
    const life: Life = { role, bootId, pid: child.pid ?? 0, bornAt: new Date(), pauses: [] };
    this.child = child;
    this.life = life;
    this.lastPong = performance.now();
    child.on('message', () => (this.lastPong = performance.now()));
    child.on('error', () => undefined); // a ping that met its end
    this.ended = new Promise((resolve) =>
      child.once('exit', (code, signal) => void this.end(life, signal ?? `exit code ${code}`).then(resolve)),
    );
    this.pinging ??= setInterval(() => this.ping(), PING_MS);
    onLife(life);
  }

  /** `silent`: the exit is not reported, as when its machine fails. */
  kill(cause: string, silent = false): void {
    if (this.child === undefined) return;
    this.intended = { cause, silent };
    this.signal('SIGKILL');
  }

  /** SIGTERM, as a rolling update sends it. Resolves once the next life has begun. */
  async replace(): Promise<void> {
    if (this.child === undefined) return;
    const { ended } = this;
    this.intended = { cause: REPLACED, silent: false };
    this.child.kill('SIGTERM');
    await ended;
  }

  async pause(ms: number): Promise<void> {
    const { life } = this;
    if (life === undefined || this.child === undefined) return;
    const pause: Life['pauses'][number] = { from: new Date() };
    life.pauses.push(pause);
    this.signal('SIGSTOP');
    await delay(ms);
    pause.to = new Date();
    this.lastPong = performance.now() + 5_000;
    if (life === this.life) this.signal('SIGCONT');
  }

  get paused(): boolean {
    const last = this.life?.pauses.at(-1);
    return last !== undefined && last.to === undefined;
  }

  /** SIGTERM. Resolves with the milliseconds it took, or undefined when it had to be killed. */
  async stop(): Promise<number | undefined> {
    this.stopping = true;
    clearInterval(this.pinging);
    if (this.child === undefined) return 0;
    const started = performance.now();
    this.child.kill('SIGTERM');
    const inTime = await Promise.race([this.ended.then(() => true), delay(STOP_MS, false, { ref: false })]);
    if (!inTime) this.signal('SIGKILL');
    await this.ended;
    return inTime ? performance.now() - started : undefined;
  }

  private async end(life: Life, how: string): Promise<void> {
    this.signal('SIGKILL'); // its descendants
    this.child = undefined;
    const { cause, silent } = this.intended ?? { cause: this.stopping ? STOPPED : how, silent: false };
    this.intended = undefined;
    Object.assign(life, { diedAt: new Date(), cause, reported: !silent });
    if (this.stopping) return;
    if (!silent) await reportExit({ url: this.plan.databaseUrl() }, life.bootId).catch(() => (life.reported = false));
    await delay(RESTART_MS);
    if (!this.stopping) this.start();
  }

  private ping(): void {
    if (this.child === undefined || this.paused || this.life === undefined) return;
    if (Date.now() - this.life.bornAt.getTime() > SILENCE_MS && performance.now() - this.lastPong > SILENCE_MS)
      this.kill('blocked event loop');
    else if (this.child.connected) this.child.send('ping', () => undefined);
  }

  private signal(signal: NodeJS.Signals): void {
    try {
      if (this.child?.pid !== undefined) process.kill(-this.child.pid, signal);
    } catch {
      // the group is empty
    }
  }
}

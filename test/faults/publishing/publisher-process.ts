import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, openSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { reportExit } from '../../../src/engine/recovery/exit-report.ts';

export interface PublisherPlan {
  readonly entry: string;
  readonly logFile: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly databaseUrl: string;
}

/** A process of the application that is started again when it ends, and whose end is reported as a supervisor does. */
export class PublisherProcess {
  private readonly plan: PublisherPlan;
  private child: ChildProcess | undefined;
  private isStopping = false;
  private restarted: Promise<void> = Promise.resolve();
  /** Ends so far that nobody asked for by `stop`. */
  ends = 0;

  constructor(plan: PublisherPlan) {
    this.plan = plan;
  }

  start(): void {
    const { entry, logFile, environment, databaseUrl } = this.plan;
    const bootId = randomUUID();
    const log = openSync(logFile, 'a');
    const child = spawn(process.execPath, [entry], {
      env: { PATH: process.env.PATH, ...environment, DATABASE_URL: databaseUrl, CONTENTHUB_BOOT_ID: bootId },
      cwd: environment.DATA_DIR,
      stdio: ['ignore', log, log, 'ipc'], // ends with this process
    });
    closeSync(log);
    this.child = child;
    child.once('exit', () => {
      this.child = undefined;
      if (!this.isStopping) this.restarted = this.restart(bootId);
    });
  }

  /** This process and the child processes of its quarantined tasks. */
  pids(): number[] {
    const pid = this.child?.pid;
    return pid === undefined ? [] : [pid, ...childrenOf(pid)];
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    await this.restarted;
    const { child } = this;
    if (child === undefined) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  private async restart(bootId: string): Promise<void> {
    this.ends += 1;
    await reportExit({ url: this.plan.databaseUrl }, bootId);
    if (!this.isStopping) this.start();
  }
}

/** The process with the socket whose local port on 127.0.0.1 this is. */
export function ownerOfPort(port: number, pids: readonly number[]): number | undefined {
  const address = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const row = readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .find((columns) => columns[1] === address);
  const socket = `socket:[${row?.[9]}]`;
  return pids.find((pid) => socketsOf(pid).includes(socket));
}

export function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

function socketsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => linkOf(`/proc/${pid}/fd/${fd}`) ?? []);
  } catch {
    return []; // it ended meanwhile
  }
}

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined; // it was closed meanwhile
  }
}

function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  } catch {
    return []; // it ended meanwhile
  }
}

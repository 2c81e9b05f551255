import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { AnswerCheck } from '../support/answer-check.ts';
import { COMPILE_CACHE, newFolder } from '../support/infrastructure.ts';
import { copyPreparedCluster } from '../support/prepared-cluster.ts';
import { waitFor } from '../support/wait-for.ts';

/** `contenthub serve` with its command line: a supervisor, an application and a database, in a folder of its own. */
export class Server {
  readonly dataDir: string = newFolder('process-');
  private child: ChildProcess | undefined;
  private printed = '';
  private readonly answers = new AnswerCheck();

  /** `root`: the checkout to start. */
  constructor(
    private readonly settings: Record<string, string> = {},
    private readonly command: readonly [string, ...string[]] = [process.execPath, 'bin/contenthub.mjs', 'serve'],
    private readonly root = process.cwd(),
  ) {}

  /** Resolves with its address when it is ready. A new embedded database is a prepared one, unless `fresh`: then the server creates it. */
  async start({ fresh = false } = {}): Promise<string> {
    const needsDatabase = this.settings.DATABASE_URL === undefined && !existsSync(join(this.dataDir, 'pg'));
    if (needsDatabase && !fresh) await copyPreparedCluster(this.dataDir);
    this.spawn();
    return this.url();
  }

  /** Resolves with the exit code of a start that ends by itself. */
  async startInVain(): Promise<number | null> {
    const child = this.spawn();
    return new Promise((ok) => child.once('close', ok));
  }

  /** For a process without an address; see `start`. */
  spawn(): ChildProcess {
    this.printed = '';
    const [program, ...parameters] = this.command;
    const child = spawn(program, parameters, {
      cwd: this.root,
      env: {
        PATH: process.env.PATH,
        NODE_COMPILE_CACHE: COMPILE_CACHE,
        DATA_DIR: this.dataDir,
        PORT: '0',
        SEED_EXAMPLE: 'false',
        LOG_LEVEL: 'error',
        ...this.settings,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (this.printed += text.toString()));
    return child;
  }

  /** The current address: a restarted application has another port. */
  async url(): Promise<string> {
    return waitFor(
      async () => {
        const { url } = JSON.parse(readFileSync(join(this.dataDir, 'server.json'), 'utf8')) as { url: string };
        return (await fetch(`${url}/health/ready`)).ok && url;
      },
      { what: `the server to answer; it printed: ${this.printed}`, timeoutMs: 60_000 },
    );
  }

  get output(): string {
    return this.printed;
  }

  async call<T>(method: string, path: string, body?: unknown, extraHeaders: Record<string, string> = {}): Promise<T> {
    const key = readFileSync(join(this.dataDir, 'api-key'), 'utf8');
    const headers = { authorization: `Bearer ${key}`, ...extraHeaders, ...(body !== undefined && { 'content-type': 'application/json' }) };
    const answer = await fetch(`${await this.url()}${path}`, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await answer.text();
    this.answers.checkFetched(method, path, answer, text);
    const json: unknown = JSON.parse(text);
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(json)}`);
    return json as T;
  }

  get databaseUrl(): string {
    const [, , , port] = readFileSync(join(this.dataDir, 'pg', 'postmaster.pid'), 'utf8').split('\n');
    return `postgres://postgres:${readFileSync(join(this.dataDir, 'pg.password'), 'utf8').trim()}@127.0.0.1:${port}/postgres`;
  }

  /** Kills only the application; its supervisor lives. */
  killApplication(): void {
    const pid = this.applicationPid();
    process.kill(pid, 'SIGKILL');
  }

  /** Kills supervisor, application and database, like a power failure. Resolves when all have ended. */
  async killEverything(): Promise<void> {
    const supervisor = this.child?.pid as number;
    const postmaster = Number.parseInt(readFileSync(join(this.dataDir, 'pg', 'postmaster.pid'), 'utf8'), 10);
    const pids = [supervisor, this.applicationPid(), postmaster, ...childrenOf(postmaster)];
    for (const pid of pids) if (isAlive(pid)) process.kill(pid, 'SIGKILL'); // a connection ends with its client
    await waitFor(async () => pids.every((pid) => !isAlive(pid)), { what: 'every process to be gone' });
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** The process of `contenthub serve`, from its file; it differs from `pid` when npm started it. */
  get supervisorPid(): number {
    return (JSON.parse(readFileSync(join(this.dataDir, 'server.json'), 'utf8')) as { pid: number }).pid;
  }

  isRunning(pid: number): boolean {
    return isAlive(pid);
  }

  /** Sends Ctrl-C or another signal. Resolves with the exit code. */
  async stop(signal: NodeJS.Signals = 'SIGINT'): Promise<number | null> {
    const child = this.child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    const exit = new Promise<number | null>((ok) => child.once('exit', ok));
    child.kill(signal);
    return exit;
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.dataDir, { recursive: true, force: true, maxRetries: 5 });
  }

  private applicationPid(): number {
    const found = childrenOf(this.child?.pid as number).find((pid) => commandOf(pid).includes('dist/src/main.js'));
    if (found === undefined) throw new Error('no application process');
    return found;
  }
}

function childrenOf(pid: number): number[] {
  const text = execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' });
  return text.split('\n').filter(Boolean).map(Number);
}

function commandOf(pid: number): string {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
}

function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

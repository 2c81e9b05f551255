import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { COMPILE_CACHE } from '../support/infrastructure.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { waitFor } from '../support/wait-for.ts';

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((ok) => server.listen(0, '127.0.0.1', ok));
  const { port } = server.address() as AddressInfo;
  await new Promise((ok) => server.close(ok));
  return port;
}

/** A server and a worker, each in a process of its own, on one test database. Each can be killed and started again. */
export class JourneyNodes {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'contenthub-journey-'));
  url = '';
  private database: TestDatabase | undefined;
  private pool: pg.Pool | undefined;
  private port = 0;
  private server: ChildProcess | undefined;
  private worker: ChildProcess | undefined;
  private printed = '';

  /** `settings`: of both processes. */
  constructor(private readonly settings: () => Record<string, string> = () => ({})) {}

  async start(): Promise<void> {
    this.database = await createTestDatabase();
    this.pool = new pg.Pool({ connectionString: this.database.url, max: 2 });
    this.port = await freePort();
    await this.startServer();
    this.startWorker();
  }

  /** At the same address as before. */
  async startServer(): Promise<void> {
    rmSync(this.file('ready'), { force: true });
    this.server = this.spawn('api,scheduler', { PORT: String(this.port) });
    // The file exists before its text does.
    const ready = async (): Promise<string | false> =>
      (existsSync(this.file('ready')) && readFileSync(this.file('ready'), 'utf8')) || false;
    this.url = await waitFor(ready, { what: `the server in ${this.folder}`, timeoutMs: 20_000 }).catch((error: Error) => {
      throw new Error(`${error.message}; it printed ${this.printed}`);
    });
  }

  startWorker(): void {
    this.worker = this.spawn('worker', {});
  }

  killServer(): Promise<void> {
    return kill(this.server as ChildProcess);
  }

  killWorker(): Promise<void> {
    return kill(this.worker as ChildProcess);
  }

  /** Lets the tasks `hold` and `talk` end. */
  release(): void {
    writeFileSync(this.file('release'), '');
  }

  hold(): void {
    rmSync(this.file('release'), { force: true });
  }

  get key(): string {
    return readFileSync(this.file('api-key'), 'utf8').trim();
  }

  async http<T>(method: string, path: string, body?: unknown): Promise<T> {
    const headers = { authorization: `Bearer ${this.key}`, ...(body !== undefined && { 'content-type': 'application/json' }) };
    const answer = await fetch(this.url + path, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  async submit(taskName: string, body: object = {}): Promise<string> {
    return (await this.http<{ executionId: string }>('POST', `/tasks/${taskName}/execute/api`, body)).executionId;
  }

  async sql<Row extends object>(text: string, values: unknown[] = []): Promise<Row[]> {
    return (await (this.pool as pg.Pool).query<Row>(text, values)).rows;
  }

  async close(): Promise<void> {
    this.release();
    for (const child of [this.server, this.worker]) if (child) await kill(child);
    await this.pool?.end();
    await this.database?.drop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private file(name: string): string {
    return join(this.folder, name);
  }

  private spawn(roles: string, changes: Record<string, string>): ChildProcess {
    const env = {
      PATH: process.env.PATH,
      NODE_COMPILE_CACHE: COMPILE_CACHE,
      NODE_ENV: 'development',
      LOG_LEVEL: 'error',
      APP_ROLES: roles,
      DATABASE_URL: this.database?.url,
      DATA_DIR: this.folder,
      SEED_EXAMPLE: 'false',
      LEASE_TTL_MS: '3000',
      LEASE_BEAT_MS: '1000',
      POLL_INTERVAL_MS: '100',
      JOURNEY_RELEASE: this.file('release'),
      JOURNEY_READY: this.file('ready'),
      ...this.settings(),
      ...changes,
    };
    const child = spawn(process.execPath, ['test/admin/node/main.mjs'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    child.on('exit', (code, signal) => (this.printed += `(exit ${code ?? signal})`));
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (this.printed += text.toString()));
    return child;
  }
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise((ok) => child.once('exit', ok));
  child.kill('SIGKILL');
  await exit;
}

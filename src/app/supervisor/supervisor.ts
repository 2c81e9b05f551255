import { join, relative } from 'node:path';
import { afterDeath, NO_DEATHS } from '../../core/restart-policy.ts';
import { timerMs } from '../../core/time/timer-ms.ts';
import { type EmbeddedDatabase, startEmbeddedPostgres } from '../../platform/database/embedded/embedded-postgres.ts';
import type { DatabaseAddress } from '../../platform/database/connections.ts';
import { removeServerFile, writeServerFile } from './server-file.ts';
import { onStopSignal } from './stop-signals.ts';
import { SupervisedProcess } from './supervised-process.ts';

export interface SupervisorOptions {
  /** An absolute path. */
  dataDir: string;
  /** undefined: the embedded database in `dataDir`. */
  databaseUrl: string | undefined;
  /** Another address for sessions, and the schema of the tables. */
  database?: Pick<DatabaseAddress, 'sessionUrl' | 'schema'>;
  roles: readonly string[];
  /** Number of worker processes; 0: one process has all roles. */
  workerProcesses: number;
  /** SHUTDOWN_TIMEOUT_MS of the processes. */
  shutdownTimeoutMs?: number;
  /** The script of the application process. */
  entry: string;
  say: (line: string) => void;
  warn: (line: string) => void;
}

/**
 * Runs the database and the application: restarts what dies, reports a death to the database at once so that the tasks
 * of the process run again, and stops everything in order. Loads neither Nest nor TypeORM, so that it stays small and
 * has few reasons to die.
 */
export class Supervisor {
  private readonly options: SupervisorOptions;
  private readonly processes: SupervisedProcess[] = [];
  private readonly startedAt = new Date().toISOString();
  private readonly end = Promise.withResolvers<number>();
  private readonly reports = new Set<Promise<void>>();
  private starting: Promise<EmbeddedDatabase> | undefined;
  private database: EmbeddedDatabase | undefined;
  private url = '';
  private stopping = false;

  constructor(options: SupervisorOptions) {
    this.options = options;
  }

  /**
   * Resolves with the exit code when everything has stopped: 0 after a signal, 1 after a failure, 78 for an invalid
   * configuration.
   */
  async run(): Promise<number> {
    const release = onStopSignal(
      () => {
        this.options.say('Stopping; Ctrl-C again ends everything at once.');
        this.stop(0);
      },
      () => this.killAll(),
    );
    try {
      await this.start();
    } catch (error) {
      // Ctrl-C during the first start also ends initdb.
      if (!this.stopping) this.options.warn(messageOf(error));
      this.stop(1);
    }
    const code = await this.end.promise;
    const stoppedAt = performance.now();
    await this.shutDown();
    this.options.say(`Stopped after ${((performance.now() - stoppedAt) / 1000).toFixed(1)} s.`);
    release();
    return code;
  }

  private async start(): Promise<void> {
    await this.connectDatabase();
    if (this.stopping) return;
    const { workerProcesses, roles } = this.options;
    const main = workerProcesses === 0 ? roles : roles.filter((role) => role !== 'worker');
    if (main.length > 0) this.startProcess('application', main.join());
    for (let number = 1; number <= workerProcesses; number += 1) this.startProcess(`worker ${number}`, 'worker');
  }

  private async connectDatabase(): Promise<void> {
    const node = `✓ Node ${process.versions.node}`;
    if (this.options.databaseUrl !== undefined) {
      this.url = this.options.databaseUrl;
      // No check mark: the application reports the state of the database.
      this.options.say(`${node}   PostgreSQL at ${new URL(this.url).host}`);
      return;
    }
    const { version, started, firstStart, dataDir } = await this.startDatabase();
    const how = firstStart ? 'created' : started ? 'started' : 'joined';
    this.options.say(`${node}   ✓ PostgreSQL ${version} (embedded, ${shortPath(dataDir)}, ${how})`);
    if (!started || firstStart || this.stopping) return;
    // A freshly started database has no other clients, so every lease is left over.
    const { releaseAllLeases } = await import('../../engine/recovery/exit-report.ts');
    const recovered = await releaseAllLeases(this.address);
    if (recovered > 0) {
      this.options.say(
        `recovered ${recovered} ${recovered === 1 ? 'task that was' : 'tasks that were'} running when the last session ended`,
      );
    }
  }

  private async startDatabase(): Promise<EmbeddedDatabase> {
    const { dataDir, warn } = this.options;
    this.starting = startEmbeddedPostgres({ baseDir: dataDir, port: this.database?.port, log: warn });
    const database = await this.starting;
    this.database = database;
    this.url = database.url;
    void this.watchDatabase(database);
    return database;
  }

  /** A dead database is restarted on the same port. If the port is taken, the processes are restarted with the new address. */
  private async watchDatabase(database: EmbeddedDatabase): Promise<void> {
    await database.whenGone();
    let record = NO_DEATHS;
    while (!this.stopping) {
      this.options.warn('The embedded database ended; restarting it.');
      try {
        await this.startDatabase();
        if (this.url !== database.url) this.killAll();
        return;
      } catch (error) {
        const decision = afterDeath(record, 0);
        if (decision.kind === 'give-up') return this.giveUp(messageOf(error));
        this.options.warn(messageOf(error));
        record = decision.record;
        await new Promise((resolve) => setTimeout(resolve, timerMs(decision.delayMs)));
      }
    }
  }

  private startProcess(name: string, roles: string): void {
    const { dataDir, entry, databaseUrl, shutdownTimeoutMs, warn } = this.options;
    const supervised = new SupervisedProcess({
      name,
      entry,
      shutdownTimeoutMs,
      variables: () => ({
        DATABASE_URL: this.url,
        APP_ROLES: roles,
        NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(dataDir, 'compile-cache'),
        ...(databaseUrl === undefined && { CONTENTHUB_EMBEDDED: '1' }),
      }),
      onReady: (url) => {
        if (!this.stopping) writeServerFile(dataDir, { url, pid: process.pid, startedAt: this.startedAt });
      },
      onDeath: (bootId, cause) => {
        warn(`The ${name} process ended (${cause}).`);
        this.report(bootId);
      },
      onGiveUp: (reason, exitCode) => this.giveUp(reason, exitCode),
    });
    this.processes.push(supervised);
    supervised.start();
  }

  private get address(): DatabaseAddress {
    return { ...this.options.database, url: this.url };
  }

  /**
   * Requeues the tasks of a dead process at once. If this fails (the database may be down too), they run again when
   * their leases end.
   */
  private report(bootId: string): void {
    const report = import('../../engine/recovery/exit-report.ts')
      .then(({ reportExit }) => reportExit(this.address, bootId))
      .then(
        (count) => count > 0 && this.options.warn(`${count === 1 ? 'Its task runs' : `Its ${count} tasks run`} again.`),
        (error: unknown) => this.options.warn(`Its tasks run again when their leases end (${messageOf(error)}).`),
      )
      .then(() => void this.reports.delete(report));
    this.reports.add(report);
  }

  private giveUp(reason: string, exitCode = 1): void {
    this.options.warn(`${reason}\nNo further restarts: see the messages above, or run contenthub doctor.`);
    this.stop(exitCode);
  }

  private stop(code: number): void {
    this.stopping = true;
    this.end.resolve(code);
  }

  private killAll(): void {
    for (const supervised of this.processes) supervised.kill();
  }

  private async shutDown(): Promise<void> {
    removeServerFile(this.options.dataDir);
    await Promise.all(this.processes.map((supervised) => supervised.stop()));
    await Promise.all(this.reports);
    const database = await this.starting?.catch(() => undefined); // it may be restarting
    await database?.stop();
  }
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** Relative to the working directory, if it is below it. */
function shortPath(path: string): string {
  const short = relative('', path);
  return short.startsWith('..') ? path : short;
}

import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { builtFile, type Cluster } from './cluster.ts';

const RESTART_MS = 200;
const STOP_MS = 31_000;
/** Valid JSON that the API rejects, by the params of the task. */
export const ODD_RESULTS = ['nul', 'surrogate', 'deep', 'proto', 'number'] as const;

/** Prints the text in its params. Its attempts are counted like those of workers. */
const PROGRAM = (didFile: string): string => `#!/bin/sh
params=$(cat)
echo "DID $CONTENTHUB_TASK_ID $CONTENTHUB_TASK_EPOCH $$ 0" >> '${didFile}'
printf 'a line with a NUL: \\000, and its end\\n' >&2
case "$params" in
*nul*) printf '"\\\\u0000"' ;;
*surrogate*) printf '"\\\\ud800"' ;;
*deep*) printf '[%.0s' $(seq 65); printf ']%.0s' $(seq 65) ;;
*proto*) printf '{"__proto__": 1}' ;;
*number*) printf '1e999' ;;
*) printf '"done"' ;;
esac
`;

/** `contenthub agent` with a program whose results are odd. It is restarted whenever it ends. */
export class AgentProcess {
  private readonly cluster: Cluster;
  private readonly program: string;
  private child: ChildProcess | undefined;
  private stopping = false;

  constructor(cluster: Cluster) {
    this.cluster = cluster;
    this.program = join(cluster.folder, 'odd-program.sh');
    writeFileSync(this.program, PROGRAM(cluster.didFile), { mode: 0o755 });
  }

  start(): void {
    const { folder, client } = this.cluster;
    const log = openSync(join(folder, 'agent.log'), 'a');
    const entry = builtFile(folder, 'dist/src/cli/main.js');
    const options = ['--exec', this.program, '--name', 'odd', '--concurrency', '4', '--token-file', join(folder, 'agent-token')];
    this.child = spawn(process.execPath, [entry, 'agent', ...options], {
      env: { PATH: process.env.PATH, APP_SERVER: client.url, APP_TOKEN: client.key },
      cwd: folder,
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    this.child.once('exit', () => void this.restart());
  }

  kill(): void {
    this.child?.kill('SIGKILL');
  }

  /** Resolves with false when it had to be killed. */
  async stop(): Promise<boolean> {
    this.stopping = true;
    const { child } = this;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return true;
    const ended = new Promise<true>((ok) => child.once('exit', () => ok(true)));
    child.kill('SIGTERM');
    const inTime = await Promise.race([ended, delay(STOP_MS, false, { ref: false })]);
    if (!inTime) child.kill('SIGKILL');
    return inTime;
  }

  private async restart(): Promise<void> {
    await delay(RESTART_MS);
    if (!this.stopping) this.start();
  }
}

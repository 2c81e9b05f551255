import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { freePort } from '../../src/platform/database/embedded/free-port.ts';
import { Server } from '../process/server.ts';
import { waitFor } from '../support/wait-for.ts';

/** A server in a folder of its own, in which the commands of a page run as its reader would run them. */
export class DocumentedServer {
  readonly folder = mkdtempSync(join(tmpdir(), 'contenthub-documents-'));
  server: Server;
  url = '';

  async start(settings: Readonly<Record<string, string>> = {}): Promise<void> {
    cpSync('docs', join(this.folder, 'docs'), { recursive: true });
    this.#shim('npx', `exec "${process.execPath}" "${resolve('test/documents/program.mjs')}" "$@"`);
    this.#shim('curl', 'exec /usr/bin/curl --fail-with-body "$@"'); // otherwise a rejected request ends with 0
    this.server = new Server(
      { PORT: String(await freePort()), SEED_EXAMPLE: 'true', ...settings },
      [process.execPath, resolve('bin/contenthub.mjs'), 'serve'],
      this.folder,
    );
    symlinkSync(this.server.dataDir, join(this.folder, '.contenthub'));
    this.url = await this.server.start();
    await waitFor(async () => (await this.server.call<{ items: unknown[] }>('GET', '/contents')).items.length > 0, {
      what: 'the first article',
      timeoutMs: 30_000,
    });
  }

  async remove(): Promise<void> {
    await this.server.remove();
    rmSync(this.folder, { recursive: true, force: true });
  }

  write(file: string, text: string, mode = 0o644): void {
    writeFileSync(join(this.folder, file), text);
    chmodSync(join(this.folder, file), mode);
  }

  spawn(script: string, env: Readonly<Record<string, string>> = {}) {
    const child: ChildProcess = spawn('bash', ['-c', script], {
      cwd: this.folder,
      env: { PATH: `${join(this.folder, 'bin')}:${process.env.PATH}`, HOME: this.folder, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    let printed = '';
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text: Buffer) => (printed += text.toString()));
    const exit = new Promise<number | null>((ok) => child.once('close', ok));
    return { exit, printed: () => printed, end: () => process.kill(-(child.pid as number), 'SIGTERM') };
  }

  async run(script: string, env?: Readonly<Record<string, string>>): Promise<{ failed: string[]; printed: string }> {
    const trap = `set -o pipefail; trap 'printf "\\nfailed with %s: %s\\n" $? "$BASH_COMMAND"' ERR\n`;
    const { exit, printed } = this.spawn(trap + script, env);
    const code = await exit; // also for a script that bash cannot parse, for which no trap runs
    const failed = [...printed().matchAll(/^failed with .*/gm)].map(([line]) => line);
    return { failed: code === 0 || failed.length > 0 ? failed : [`ended with ${code}`], printed: printed() };
  }

  #shim(name: string, script: string): void {
    mkdirSync(join(this.folder, 'bin'), { recursive: true });
    this.write(join('bin', name), `#!/bin/sh\n${script}\n`, 0o755);
  }
}

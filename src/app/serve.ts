import { createServer } from 'node:net';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EXIT_CONFIGURATION } from '../platform/config/configuration-error.ts';
import { loadSettings, type Settings, SettingsError } from '../platform/config/settings.ts';
import { findRunningServer } from './supervisor/server-file.ts';
import { Supervisor } from './supervisor/supervisor.ts';

const say = (line: string) => void process.stdout.write(`${line}\n`);
const warn = (line: string) => void process.stderr.write(`${line}\n`);

/** `contenthub serve`: runs until it is stopped by a signal; resolves with the exit code. */
export async function serve(): Promise<number> {
  let settings: Settings;
  try {
    settings = loadSettings();
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    warn(`✗ ${error.message}`);
    return EXIT_CONFIGURATION;
  }
  const { databaseUrl, host, port, workerProcesses, appRoles } = settings;
  const dataDir = resolve(settings.dataDir);
  const running = await findRunningServer(dataDir);
  if (running !== undefined) {
    warn(
      `✗ The server already runs at ${running.url} (process ${running.pid}). Use it, stop it with Ctrl-C there, or set PORT and DATA_DIR for another.`,
    );
    return 1;
  }
  if (port !== 0 && appRoles.includes('api') && (await isTaken(host, port))) {
    warn(`✗ Another program uses port ${port} of ${host}. Stop it, or take another port: PORT=${port + 1} npm start`);
    return 1;
  }
  const entry = fileURLToPath(new URL('../main.js', import.meta.url));
  return new Supervisor({ dataDir, databaseUrl, roles: appRoles, workerProcesses, entry, say, warn }).run();
}

/** Other failures to listen are for the application to tell. */
async function isTaken(host: string, port: number): Promise<boolean> {
  return new Promise((answer) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => answer(error.code === 'EADDRINUSE'));
    probe.listen(port, host, () => probe.close(() => answer(false)));
  });
}

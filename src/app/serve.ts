import { createServer } from 'node:net';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigurationError, EXIT_CONFIGURATION } from '../platform/config/configuration-error.ts';
import { loadSettings, type Settings } from '../platform/config/settings.ts';
import { printCrashesAsJson, statusOutput } from '../platform/telemetry/status-output.ts';
import { prepareDataFolder } from './supervisor/data-folder.ts';
import { lockDataFolder } from './supervisor/folder-lock.ts';
import { findRunningServer } from './supervisor/server-file.ts';
import { Supervisor } from './supervisor/supervisor.ts';

/** `contenthub serve`: runs until a signal stops it. Resolves with the exit code. */
export async function serve(): Promise<number> {
  let settings: Settings | undefined;
  try {
    settings = loadSettings();
    return await startUnlessRefused(settings);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    statusOutput(settings).warn(`✗ ${error.message}`);
    return EXIT_CONFIGURATION;
  }
}

async function startUnlessRefused(settings: Settings): Promise<number> {
  const out = statusOutput(settings);
  printCrashesAsJson(out);
  const { databaseUrl, host, port, workerProcesses, shutdownTimeoutMs, appRoles } = settings;
  const dataDir = resolve(settings.dataDir);
  const running = await findRunningServer(dataDir);
  if (running !== undefined) {
    out.warn(
      `✗ The server already runs at ${running.url} (process ${running.pid}). Use it, stop it there with Ctrl-C, or set another PORT and DATA_DIR.`,
    );
    return 1;
  }
  // Workers with an external database may share a folder, because they store nothing in it.
  const holder = databaseUrl === undefined || appRoles.includes('api') ? await lockDataFolder(dataDir) : undefined;
  if (holder !== undefined) {
    const who = holder === 0 ? '' : ` (process ${holder})`;
    out.warn(
      `✗ Another process is starting with the data folder ${dataDir}${who}. Use that server when it is ready, or set another PORT and DATA_DIR.`,
    );
    return 1;
  }
  if (port !== 0 && appRoles.includes('api') && (await isTaken(host, port))) {
    out.warn(`✗ Another program uses port ${port} of ${host}. Stop it, or use another port: PORT=${port + 1} npm start`);
    return 1;
  }
  prepareDataFolder(dataDir);
  const entry = fileURLToPath(new URL('../main.js', import.meta.url));
  const database = { sessionUrl: settings.databaseSessionUrl, schema: settings.databaseSchema };
  return new Supervisor({
    dataDir,
    databaseUrl,
    database,
    roles: appRoles,
    workerProcesses,
    shutdownTimeoutMs,
    entry,
    say: out.say,
    warn: out.warn,
  }).run();
}

/** The application reports other errors of listening. */
async function isTaken(host: string, port: number): Promise<boolean> {
  return new Promise((answer) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => answer(error.code === 'EADDRINUSE'));
    probe.listen(port, host, () => probe.close(() => answer(false)));
  });
}

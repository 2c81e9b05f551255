// Runs a supervisor: node supervise.ts <dataDir> <workerProcesses> <databaseUrl>
import { fileURLToPath } from 'node:url';
import { Supervisor } from '../../src/app/supervisor/supervisor.ts';

const [dataDir, workerProcesses, databaseUrl] = process.argv.slice(2) as [string, string, string];
process.exitCode = await new Supervisor({
  dataDir,
  databaseUrl,
  roles: ['worker', 'scheduler'],
  workerProcesses: Number(workerProcesses),
  entry: fileURLToPath(new URL('application.mjs', import.meta.url)),
  say: (line) => console.log(line),
  warn: (line) => console.log(line),
}).run();

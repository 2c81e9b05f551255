// Runs a supervisor: node supervise.ts <dataDir> <workerProcesses>, with DATABASE_URL or the embedded database
import { fileURLToPath } from 'node:url';
import { Supervisor } from '../../src/app/supervisor/supervisor.ts';

const [dataDir, workerProcesses] = process.argv.slice(2) as [string, string];
process.exitCode = await new Supervisor({
  dataDir,
  databaseUrl: process.env.DATABASE_URL,
  roles: ['api', 'worker', 'scheduler'],
  workerProcesses: Number(workerProcesses),
  entry: fileURLToPath(new URL('application.ts', import.meta.url)),
  say: (line) => console.log(line),
  warn: (line) => console.log(line),
}).run();

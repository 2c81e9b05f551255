// Works until it is ended: node worker.mjs '{"name", "postgresUrl", "folder"}'
import { flushCompileCache } from 'node:module';
import { PRESSURE_CONTENDERS } from './contenders.mjs';
import { startWriter } from './ledger.mjs';

process.once('disconnect', () => process.exit(1)); // the parent has ended

const { name, postgresUrl, folder } = JSON.parse(process.argv[2]);
const onEnd = (error) => {
  console.error('its workers have ended', error);
  process.exit(1);
};
const started = startWriter(folder);
const onTask = (n) => started(n);
await PRESSURE_CONTENDERS[name].open({ role: 'worker', postgresUrl, dataDir: folder, onTask, onEnd });
flushCompileCache(); // for the next worker, because this one may be killed
process.send('ready');

// Runs real processes with the bullmq driver while their Redis is lost, emptied, stalled, slow, full or repeats jobs.
// npm run test:faults:redis -- [--only flushall,kill-15,…] [--rate 200] [--seed N]
// Prints the measurements before, during and after each fault. Exit code 1 when an invariant is violated;
// docs/faults.md lists them.
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runRedisFaults } from '../test/faults/redis/run.ts';
import { ensureBuilt } from './build-if-needed.mjs';

const OPTIONS = { only: { type: 'string', default: '' }, rate: { type: 'string', default: '200' }, seed: { type: 'string', default: '1' } };

function whole(name, text) {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new Error(`--${name} needs a whole number above 0, not "${text}"`);
  return number;
}

async function main() {
  const { values } = parseArgs({ options: OPTIONS });
  const [rate, seed] = [whole('rate', values.rate), whole('seed', values.seed)];
  const only = values.only.split(',').filter(Boolean);
  await ensureBuilt();
  return runRedisFaults({ root: dirname(dirname(fileURLToPath(import.meta.url))), seed, rate, only });
}

process.exitCode = await main().catch((error) => {
  console.error(`✗ ${error.message}`);
  return 1;
});

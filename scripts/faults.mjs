// Runs real processes of the application under faults and checks that no task is lost, run twice or stuck.
// npm run test:faults -- [--seed N] [--seconds S] [--only fault,…]
// Prints the faults and the recovery times. Exit code 1 when an invariant is violated; docs/faults.md lists them.
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runChaos } from '../test/faults/chaos/run.ts';
import { ensureBuilt } from './build-if-needed.mjs';

const OPTIONS = { seed: { type: 'string' }, seconds: { type: 'string', default: '60' }, only: { type: 'string', default: '' } };

function whole(name, text) {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 0) throw new Error(`--${name} needs a whole number, not "${text}"`);
  return number;
}

async function main() {
  const { values } = parseArgs({ options: OPTIONS });
  const seed = whole('seed', values.seed ?? String(Date.now() % 100_000));
  const only = values.only.split(',').filter(Boolean);
  await ensureBuilt();
  return runChaos({ root: dirname(dirname(fileURLToPath(import.meta.url))), seed, seconds: whole('seconds', values.seconds), only });
}

process.exitCode = await main().catch((error) => {
  console.error(`✗ ${error.message}`);
  return 1;
});

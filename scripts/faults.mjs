// Real processes of the application under faults, until nothing is lost, nothing done twice and nothing stuck.
//   npm run test:faults -- [--seed N] [--seconds S] [--only fault,…]
// Prints what was done and how long each recovery took. Exit code 1 when an invariant is broken; docs/faults.md says which there are.
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runChaos } from '../test/faults/chaos/run.ts';
import { ensureBuilt } from './build-if-needed.mjs';

const OPTIONS = { seed: { type: 'string' }, seconds: { type: 'string', default: '60' }, only: { type: 'string', default: '' } };

function whole(name, text) {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 0) throw new Error(`--${name} takes a whole number, not "${text}"`);
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

// Crashes processes while they publish, and counts the posts at the site.
// npm run test:faults:publishing -- [--site ghost|wordpress] [--crashes N] [--workers N] [--seed N] [--scale N]
// Without --site it runs on the Ghost stub and then on a real WordPress. Exit code 1 when a promise is broken; docs/publishing.md lists the promises.
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { SITES } from '../test/faults/publishing/sites.ts';
import { runAlone } from '../test/faults/publishing/run.ts';
import { ensureBuilt } from './build-if-needed.mjs';

const OPTIONS = {
  site: { type: 'string', default: Object.keys(SITES).join(',') },
  crashes: { type: 'string', default: '200' },
  workers: { type: 'string', default: '3' },
  seed: { type: 'string', default: '1' },
  scale: { type: 'string', default: '10' },
};

function whole(name, text) {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new Error(`--${name} needs a whole number above 0, not "${text}"`);
  return number;
}

async function main() {
  const { values } = parseArgs({ options: OPTIONS });
  const [crashes, workers, seed, scale] = ['crashes', 'workers', 'seed', 'scale'].map((name) => whole(name, values[name]));
  const sites = values.site.split(',');
  const unknown = sites.filter((site) => !(site in SITES));
  if (unknown.length > 0) throw new Error(`there is no site ${unknown.join(', ')}; known are ${Object.keys(SITES).join(', ')}`);
  await ensureBuilt();
  const root = dirname(dirname(fileURLToPath(import.meta.url)));
  let broken = 0;
  for (const site of sites) broken += (await runAlone({ root, site, crashes, workers, seed, scale })).broken.length;
  return broken === 0 ? 0 : 1;
}

process.exitCode = await main().catch((error) => {
  console.error(`✗ ${error.message}`);
  return 1;
});

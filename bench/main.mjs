// npm run bench -- [drain|submit|latency|all|scale|growth|spread] [--count n] [--rounds 5] [--only name,…] [--slots 500]
// npm run bench -- pressure …: see parts/pressure/pressure.mjs
// One private PostgreSQL (fsync on) and one private Redis for all. Rounds take turns (A B C A B C …), each in its own
// process and database; medians are reported. A run of all parts is stored in results/latest.json, and so is a
// complete run of scale, growth or spread.
import { ensureBuilt } from '../scripts/build-if-needed.mjs';
import { CONTENDERS } from './contenders/list.mjs';
import { parseOptions } from './lib/options.mjs';
import { parsePressureOptions } from './parts/pressure/options.mjs';
import { ensurePeers } from './lib/peers.mjs';
import { describeMachine, load, printPart } from './lib/report.mjs';
import { keep } from './lib/results.mjs';
import { measurePart } from './lib/rounds.mjs';

/** Above this load average other programs are running. */
const QUIET = 0.5;

const SEPARATE = {
  scale: () => import('./parts/scale.mjs'),
  growth: () => import('./parts/growth.mjs'),
  spread: () => import('./parts/spread.mjs'),
};

if (process.argv[2] === 'pressure') {
  const options = parsePressureOptions(process.argv.slice(3));
  await ensureBuilt();
  if (options.peers) ensurePeers();
  const { pressure } = await import('./parts/pressure/pressure.mjs');
  process.exit(await pressure(options));
}
const options = parseOptions(process.argv.slice(2), Object.keys(CONTENDERS));
await ensureBuilt();
if (options.names.some((name) => CONTENDERS[name].peer)) ensurePeers();
const { startServers } = await import('./lib/servers.mjs');
const servers = await startServers({ redis: options.names.some((name) => CONTENDERS[name].redis) });
const end = async (code) => {
  await servers.stop();
  process.exit(code);
};
process.once('SIGINT', () => void end(130)).once('SIGTERM', () => void end(143));

const machine = describeMachine(servers);
const { cpu, cores, memory, node, postgres, redis, loadBefore } = machine;
console.log(`${cpu}, ${cores} cores, ${memory}; Node ${node}, PostgreSQL ${postgres} (fsync on), Redis: ${redis ?? 'none'}`);
if (loadBefore > QUIET)
  console.log(`Other programs are running (load ${loadBefore}): the numbers are lower than possible, and the ratios less certain.`);
if (options.separate) {
  const { measure, print } = await SEPARATE[options.separate]();
  const figures = await measure(options, servers).catch(async (error) => {
    console.error(`✗ ${error.message}`);
    await end(1);
  });
  const met = print(figures);
  if (options.complete) keep({ [options.separate]: { ...figures, machine: { ...machine, loadAfter: load() } } });
  await end(met ? 0 : 1);
}
const measured = {};
let failures = 0;
for (const part of options.parts) {
  const answer = await measurePart(part, options, servers);
  printPart(part, options, answer);
  measured[part] = answer.rows;
  failures += answer.failures;
}
if (options.complete && failures === 0) {
  const { drain, 'submit-http': submitHttp, submit: submitCall, latency } = measured;
  keep({ drain, submitHttp, submitCall, latency, machine: { ...machine, loadAfter: load() } });
}
await end(failures === 0 ? 0 : 1);

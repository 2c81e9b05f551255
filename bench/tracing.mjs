// node bench/tracing.mjs [--count 100000] [--rounds 5] [--sample 0.1]
// Drain throughput without traces, and with a part of the traces sent to a collector that discards them. Rounds take turns, each in its
// own process and database. Exit code 1 when the median of the ratios of neighbouring rounds is above 5 %.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';
import { ensureBuilt } from '../scripts/build-if-needed.mjs';
import { CONTENDERS } from './contenders/list.mjs';
import { describeMachine } from './lib/report.mjs';
import { runRound } from './lib/round.mjs';
import { median } from './lib/statistics.mjs';

const NAME = 'contenthub-postgres';
const AT_MOST = 0.05;

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '100000' },
    rounds: { type: 'string', default: '5' },
    sample: { type: 'string', default: '0.1' },
  },
});
const [count, rounds] = [Number(values.count), Number(values.rounds)];
await ensureBuilt();
const { startServers } = await import('./lib/servers.mjs');
const servers = await startServers({ redis: false });
let bytes = 0;
const collector = createServer((request, response) => {
  request.on('data', (chunk) => (bytes += chunk.length));
  request.on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'));
}).listen(0, '127.0.0.1');
await once(collector, 'listening');

const VARIANTS = {
  off: {},
  traced: {
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${collector.address().port}`,
    OTEL_TRACES_SAMPLER_ARG: values.sample,
  },
};

async function measure(variant) {
  for (const name of Object.keys(VARIANTS.traced)) delete process.env[name];
  Object.assign(process.env, VARIANTS[variant]); // the process of the round inherits them
  const plan = { ...(await servers.fresh()), name: NAME, part: 'drain', count, slots: 500 };
  const { result } = await runRound(plan, CONTENDERS[NAME].execArgv, servers);
  return { perSecond: count / result.seconds, cpuMicros: (result.nodeMicros + result.serverMicros) / count };
}

const { cpu, cores, loadBefore } = describeMachine(servers);
console.log(`${cpu}, ${cores} cores, load ${loadBefore}; ${count} tasks, ${rounds} rounds, ${values.sample} of the traces`);
const ratios = { perSecond: [], cpuMicros: [] };
for (let round = 0; round < rounds; round++) {
  // Who goes first alternates, because the machine may get slower or faster meanwhile.
  const measured = {};
  for (const variant of round % 2 === 0 ? ['off', 'traced'] : ['traced', 'off']) measured[variant] = await measure(variant);
  for (const figure of Object.keys(ratios)) ratios[figure].push(measured.traced[figure] / measured.off[figure]);
  const texts = Object.entries(measured).map(
    ([name, row]) => `${name} ${Math.round(row.perSecond)} tasks/s, ${row.cpuMicros.toFixed(1)} µs CPU a task`,
  );
  console.log(`round ${round + 1}: ${texts.toSorted().join('; ')}`);
}
const overhead = 1 - median(ratios.perSecond);
const cpuOverhead = median(ratios.cpuMicros) - 1;
const percent = (part) => `${(part * 100).toFixed(1)} %`;
console.log(
  `overhead of tracing: ${percent(overhead)} of the throughput (at most ${percent(AT_MOST)}), ${percent(cpuOverhead)} more CPU; ${(bytes / 1e6).toFixed(1)} MB were sent`,
);
collector.closeAllConnections();
await servers.stop();
process.exit(bytes > 0 && overhead <= AT_MOST ? 0 : 1);

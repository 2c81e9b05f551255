import { CONTENDERS } from '../contenders/list.mjs';
import { runRound } from './round.mjs';
import { median } from './statistics.mjs';

/** Converts the measurement of a round to reported numbers. */
const ROW = {
  drain: ({ seconds, nodeMicros, serverMicros }, { count }) => ({
    perSecond: count / seconds,
    cpuMicros: (nodeMicros + serverMicros) / count,
    nodeMicros: nodeMicros / count,
    serverMicros: serverMicros / count,
  }),
  'submit-http': ({ perSecond, p50, p99, unfinished }) => ({ perSecond, p50, p99, unfinished }),
  submit: ({ perSecond, p50, p99, unfinished }) => ({ perSecond, p50, p99, unfinished }),
  latency: ({ p50, p99 }) => ({ p50, p99 }),
};

/** Runs all rounds of one part, in turns. A contender that fails once is dropped, with the reason in `missing`. */
export async function measurePart(part, options, servers) {
  const rounds = {};
  const configurations = {};
  const missing = {};
  let failures = 0;
  for (const name of options.names.filter((one) => isMeasured(CONTENDERS[one], part))) {
    const reason = reasonToSkip(CONTENDERS[name], servers);
    if (reason === undefined) rounds[name] = [];
    else missing[name] = reason;
  }
  for (let round = 1; round <= options.rounds; round++) {
    for (const name of Object.keys(rounds)) {
      progress(`${part}: round ${round} of ${options.rounds}, ${name}`);
      const plan = { ...(await servers.fresh(CONTENDERS[name])), name, part, count: options.count, slots: options.slots };
      try {
        const { configuration, result } = await runRound(plan, CONTENDERS[name].execArgv ?? [], servers);
        configurations[name] = configuration;
        rounds[name].push(ROW[part](result, options));
      } catch (error) {
        missing[name] = error.message;
        delete rounds[name];
        delete configurations[name];
        failures++;
      }
    }
  }
  progress('');
  const rows = Object.fromEntries(Object.entries(rounds).map(([name, measured]) => [name, medians(measured)]));
  return { rows, configurations, missing, failures };
}

const isMeasured = ({ http, parts }, part) => (part === 'submit-http' ? http : (parts?.includes(part) ?? true));

function reasonToSkip({ absent, redis }, servers) {
  if (redis && servers.redis === undefined) return absent?.() ?? 'install redis-server';
  return absent?.();
}

function medians(rows) {
  const rounded = (key) => Number(median(rows.map((row) => row[key])).toPrecision(4));
  return Object.fromEntries(Object.keys(rows[0]).map((key) => [key, rounded(key)]));
}

/** Overwrites one status line, on a terminal only. */
function progress(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[2K${text}`);
}

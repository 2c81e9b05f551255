import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';

const REFERENCE = 'contenthub-postgres';
const whole = (value) => (Number.isFinite(value) ? Math.round(value).toLocaleString('en') : '–');
const milliseconds = (value) => value.toFixed(value < 10 ? 2 : 1);
const perSecond = { title: 'per second', of: (row) => whole(row.perSecond) };
const percentile = (name) => ({ title: `${name} ms`, of: (row) => milliseconds(row[name]) });

/** Title of a part, the numbers it shows, and the number that is compared. */
const TABLES = {
  drain: {
    title: ({ count }) => `drain: ${whole(count)} tasks that do nothing, by one process`,
    columns: [
      { ...perSecond, title: 'tasks/s' },
      { title: 'CPU µs/task', of: (row) => whole(row.cpuMicros) },
      { title: 'Node', of: (row) => whole(row.nodeMicros) },
      { title: 'servers', of: (row) => whole(row.serverMicros) },
    ],
    compared: 'perSecond',
  },
  'submit-http': {
    title: () => 'submit over HTTP: 50 keep-alive clients, one task a request, drained meanwhile',
    columns: [perSecond, percentile('p50'), percentile('p99')],
    compared: 'perSecond',
  },
  submit: {
    title: () => 'submit by a call (not HTTP): 50 callers in the process that drains meanwhile',
    columns: [perSecond, percentile('p50'), percentile('p99')],
    compared: 'perSecond',
  },
  latency: {
    title: () => 'latency: idle, one task every 20 ms, from submit (in the process that runs it) to the start of its handler',
    columns: [percentile('p50'), percentile('p99')],
    compared: 'p50',
  },
};

/** @param rows medians by name @param configurations configuration by name @param missing why it was not measured, by name */
export function printPart(part, options, { rows, configurations, missing }) {
  const { title, columns, compared } = TABLES[part];
  const reference = rows[REFERENCE]?.[compared];
  const cells = Object.entries(rows).map(([name, row]) => [
    name,
    ...columns.map((column) => column.of(row)),
    reference === undefined ? '–' : `${(row[compared] / reference).toFixed(2)} ×`,
  ]);
  const header = ['', ...columns.map((column) => column.title), `of ${REFERENCE}`];
  const widths = header.map((text, i) => Math.max(text.length, ...cells.map((row) => row[i].length)));
  const line = (row) => `  ${row.map((text, i) => (i === 0 ? text.padEnd(widths[i]) : text.padStart(widths[i]))).join('  ')}`;
  console.log(`\n${title(options)}; median of ${options.rounds}`);
  for (const row of [header, ...cells]) console.log(line(row));
  for (const [name, reason] of Object.entries(missing)) console.log(`  ${name.padEnd(widths[0])}  not measured: ${reason}`);
  for (const [name, text] of Object.entries(configurations)) console.log(`    ${name}: ${text}`);
}

/** `loadBefore`: the load average before the first round. Other load on the machine affects every number. */
export function describeMachine({ postgres, redis }) {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    node: process.versions.node,
    postgres: postgres.version,
    redis: redis?.version ?? null,
    loadBefore: load(),
    date: new Date().toISOString().slice(0, 10),
  };
}

/** Of the last minute. */
export const load = () => Number((loadavg()[0] ?? 0).toFixed(2));

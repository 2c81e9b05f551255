import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { Server } from '../process/server.ts';

const RUNS = 20;
const server = new Server();
let url: string;

beforeAll(async () => {
  url = await server.start();
});
afterAll(() => server.remove());

interface Figures {
  readonly cpuMs: number;
  readonly leastCpuMs: number;
  readonly wallMs: number;
}

/**
 * Of runs one after the other. Compared is the CPU time, which on a quiet machine is the elapsed time, and of it the lower quartile: other
 * programs of the machine make it longer and never shorter.
 */
async function measure(argv: readonly string[], lang: string): Promise<Figures> {
  const command = `"${process.execPath}" bin/contenthub.mjs ${argv.join(' ')}`;
  const loop = `TIMEFORMAT='time %U %S %R'; ${command} >/dev/null; for i in $(seq ${RUNS}); do time ${command} >/dev/null || exit 1; done`;
  const env = { PATH: process.env.PATH, HOME: server.dataDir, DATA_DIR: server.dataDir, CONTENTHUB_URL: url, LC_ALL: lang };
  const child = spawn('bash', ['-c', loop], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  const output = await text(child.stderr);
  const runs = [...output.matchAll(/^time (\S+) (\S+) (\S+)$/gm)].map(([, ...times]) => times.map((seconds) => Number(seconds) * 1_000));
  expect([output, runs.length]).toEqual([output, RUNS]);
  const at = (values: readonly number[], share: number): number => values.toSorted((a, b) => a - b)[RUNS * share] ?? Number.NaN;
  const cpu = runs.map(([user = 0, system = 0]) => user + system);
  const elapsed = runs.map(([, , real = 0]) => real);
  return { cpuMs: at(cpu, 0.5), leastCpuMs: at(cpu, 0.25), wallMs: at(elapsed, 0.5) };
}

/** The aims on a quiet machine are 120 and 250 ms elapsed. With all cores busy, the shared caches add up to a fifth to the CPU time. */
describe('the start of the command line', () => {
  it.each([
    [['--version'], 'C.UTF-8', 100],
    [['--version'], 'zh_CN.UTF-8', 100],
    [['task', 'list'], 'C.UTF-8', 150],
    [['task', 'list'], 'zh_CN.UTF-8', 150],
  ])('contenthub %j with the locale %s takes at most %i ms', async (argv, lang, most) => {
    const { cpuMs, leastCpuMs, wallMs } = await measure(argv, lang);
    console.log(
      `contenthub ${argv.join(' ')} (${lang}): median of ${RUNS} runs ${cpuMs.toFixed(0)} ms CPU, ${wallMs.toFixed(0)} ms elapsed`,
    );
    expect(leastCpuMs).toBeLessThanOrEqual(most);
  });
});

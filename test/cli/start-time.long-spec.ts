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
  readonly wallMs: number;
}

/** Medians of runs one after the other. CPU time hardly depends on other programs of the machine; on a quiet one it is the wall time. */
async function measure(argv: readonly string[], lang: string): Promise<Figures> {
  const command = `"${process.execPath}" bin/contenthub.mjs ${argv.join(' ')}`;
  const loop = `TIMEFORMAT='time %U %S %R'; ${command} >/dev/null; for i in $(seq ${RUNS}); do time ${command} >/dev/null || exit 1; done`;
  const env = { PATH: process.env.PATH, HOME: server.dataDir, DATA_DIR: server.dataDir, CONTENTHUB_URL: url, LC_ALL: lang };
  const child = spawn('bash', ['-c', loop], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  const output = await text(child.stderr);
  const runs = [...output.matchAll(/^time (\S+) (\S+) (\S+)$/gm)].map(([, ...times]) => times.map((seconds) => Number(seconds) * 1_000));
  expect([output, runs.length]).toEqual([output, RUNS]);
  const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[RUNS / 2] ?? Number.NaN;
  return { cpuMs: median(runs.map(([user = 0, system = 0]) => user + system)), wallMs: median(runs.map(([, , real = 0]) => real)) };
}

describe('the start of the command line', () => {
  it.each([
    [['--version'], 'C.UTF-8', 120],
    [['--version'], 'zh_CN.UTF-8', 120],
    [['task', 'list'], 'C.UTF-8', 250],
    [['task', 'list'], 'zh_CN.UTF-8', 300],
  ])('contenthub %j with the locale %s takes at most %i ms', async (argv, lang, most) => {
    const { cpuMs, wallMs } = await measure(argv, lang);
    console.log(
      `contenthub ${argv.join(' ')} (${lang}): median of ${RUNS} runs ${cpuMs.toFixed(0)} ms CPU, ${wallMs.toFixed(0)} ms elapsed`,
    );
    expect(cpuMs).toBeLessThanOrEqual(most);
  });
});

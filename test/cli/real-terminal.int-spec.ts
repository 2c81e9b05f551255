import { describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { COMPILE_CACHE } from '../support/infrastructure.ts';
import { useGoldenServer } from './golden-server.ts';

const golden = useGoldenServer();
const BIN = resolve('bin/contenthub.mjs');

/** Runs the program on a terminal of the kernel with `script`, as a person does. Both streams are that terminal. */
async function onTerminal(argv: readonly string[], columns: number, lang: string): Promise<string> {
  const command = `stty cols ${columns} rows 100; exec "${process.execPath}" "${BIN}" ${argv.map((word) => `'${word}'`).join(' ')}`;
  const env = {
    PATH: process.env.PATH,
    HOME: tmpdir(),
    TERM: 'xterm-256color',
    LC_ALL: lang,
    NODE_COMPILE_CACHE: COMPILE_CACHE,
    ...golden.env,
  };
  const child = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    env,
    cwd: tmpdir(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return golden.withoutChance(await text(child.stdout)).replaceAll('\r\n', '\n');
}

/** The text of a golden file, as one terminal shows both streams. */
function expected(name: string): string {
  const file = readFileSync(join('test/cli/golden', `${name}.txt`), 'utf8');
  const [, stdout = '', stderr = ''] = /^exit code \d+\n--- stdout\n([^]*)--- stderr\n([^]*)$/.exec(file) ?? [];
  return (stdout + stderr).replaceAll('contenthub ', 'npx contenthub ').replaceAll('npx npx', 'npx');
}

const CASES = ['help-content', 'task-list', 'task-status', 'content-list', 'account-list', 'unknown-command'] as const;
const TERMINALS = [
  [60, 'C.UTF-8', '60'],
  [80, 'C.UTF-8', '80'],
  [200, 'C.UTF-8', '200'],
  [80, 'zh_CN.UTF-8', '80.zh'],
] as const;

(process.platform === 'linux' ? describe : describe.skip)('on a real terminal', () => {
  it.each(TERMINALS)('of %i columns with the locale %s every text is the golden one', async (columns, lang, suffix) => {
    const shown: string[] = [];
    for (const name of CASES) shown.push(await onTerminal(golden.commands[name] ?? [], columns, lang));
    expect(shown.map((each) => each.replaceAll('npx contenthub', 'contenthub'))).toEqual(
      CASES.map((name) => expected(`${name}.${suffix}`).replaceAll('npx contenthub', 'contenthub')),
    );
  });
});

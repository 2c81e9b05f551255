import { execFile, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { COMMAND_GROUPS } from '../../src/cli/command-groups.ts';
import { runCli } from './run-cli.ts';
import { ACCOUNT_ID, CONTENT, EXECUTION_ID, execution } from './samples.ts';
import { StubServer } from './stub-server.ts';
import { temporaryFolder } from './temporary-folder.ts';

const run = promisify(execFile);
/** Skipped on a machine without the program, and never in CI. */
const needing = (program: string) =>
  spawnSync('sh', ['-c', `command -v ${program}`]).status === 0 || process.env.REQUIRE_REDIS === '1' ? describe : describe.skip;

const withShellcheck = needing('shellcheck');
const withZsh = needing('zsh');
const withFish = needing('fish');

let server: StubServer;
let env: Record<string, string>;
beforeEach(async () => {
  server = await new StubServer().start();
  env = { CONTENTHUB_URL: server.url, CONTENTHUB_KEY: 'key' };
  const accounts = [
    { id: ACCOUNT_ID, name: 'contenthub-notes', platform: 'blog' },
    { id: CONTENT.id, name: '技术周刊 a:b', platform: 'wechat' },
  ];
  server.on('GET /accounts', { body: { items: accounts, nextCursor: null } });
  server.on('GET /executions', { body: { items: [execution()], nextCursor: null } });
});
afterEach(() => server.stop());

const complete = async (...words: string[]) =>
  (await runCli(['__complete', 'bash', '--', ...words], { env })).stdout.split('\n').filter(Boolean);

describe('__complete', () => {
  it('completes commands, and hides those that are hidden', async () => {
    expect(await complete('')).toEqual(expect.arrayContaining(['content', 'task', 'completion']));
    expect(await complete('')).not.toContain('task-status');
    expect(await complete('ta')).toEqual(['task']);
    expect(await complete('task', 'st')).toEqual(['status', 'stats']);
  });

  it('completes options and their values, in the forms of all shells', async () => {
    expect(await complete('content', 'generate', '--auto')).toEqual(['--auto-approve']);
    expect(await complete('task', 'list', '--out')).toEqual(['--output']);
    expect(await complete('task', 'list', '-o', '')).toEqual(['table', 'json', 'jsonl', 'csv', 'yaml', 'name']);
    expect(await complete('task', 'list', '--output=j')).toEqual(['json', 'jsonl']);
    expect(await complete('task', 'list', '--output', '=', 'j')).toEqual(['json', 'jsonl']);
    expect(await complete('task', 'list', '--output', '=')).toContain('yaml');
    expect(await complete('task', 'list', '--status', 'f')).toEqual(['failed']);
    expect(await complete('content', 'generate', '--csv', '')).toEqual([':file']);
    expect(await complete('completion', '')).toEqual(['bash', 'zsh', 'fish']);
  });

  it('completes ids and names of the server', async () => {
    expect(await complete('task', 'status', '')).toEqual([EXECUTION_ID]);
    expect(await complete('task', 'cancel', 'x', '01926')).toEqual([EXECUTION_ID]);
    expect(await complete('content', 'generate', '--account', '')).toEqual(['contenthub-notes', '技术周刊 a:b']);
    expect(await complete('channel', 'list', '技')).toEqual(['技术周刊 a:b']);
  });

  it('prints nothing when the server is away, and no error', async () => {
    await server.stop();
    const { code, stdout, stderr } = await runCli(['__complete', 'zsh', '--', 'task', 'status', ''], { env });
    expect([code, stdout, stderr]).toEqual([0, '', '']);
  });
});

describe('the commands', () => {
  it('are loaded by the words that they register', async () => {
    const { Command } = await import('commander');
    for (const { words, load } of COMMAND_GROUPS) {
      const program = new Command();
      (await load([]))(program, () => async () => undefined);
      expect(program.commands.map((command) => command.name())).toEqual(words);
    }
  });
});

describe('the script', () => {
  /** A `contenthub` in PATH, as of an installed package. */
  async function shell(program: string, args: readonly string[], script = ''): Promise<string> {
    await using folder = await temporaryFolder();
    const bin = join(folder.path, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'contenthub'), `#!/bin/sh\nexec "${process.execPath}" "${resolve('dist/src/cli/main.js')}" "$@"\n`);
    chmodSync(join(bin, 'contenthub'), 0o755);
    const { stdout } = await runCli(['completion', program]);
    writeFileSync(join(folder.path, 'completion'), stdout);
    writeFileSync(join(folder.path, 'topics.csv'), '');
    writeFileSync(join(folder.path, 'script'), script);
    const variables = { ...env, PATH: `${bin}:${process.env.PATH}`, HOME: folder.path, LC_ALL: 'C.UTF-8', TERM: 'dumb' };
    return (await run(program, args, { cwd: folder.path, env: variables })).stdout;
  }

  const inBash = (...words: string[]) => {
    const quoted = words.map((word) => `'${word}'`).join(' ');
    return shell(
      'bash',
      ['script'],
      `source ./completion\nCOMP_WORDS=(contenthub ${quoted}); COMP_CWORD=${words.length}\n_contenthub\nprintf '%s\\n' "\${COMPREPLY[@]}"\n`,
    );
  };

  it('completes in bash', async () => {
    expect(await inBash('task', 'can')).toBe('cancel\n');
    expect(await inBash('content', 'generate', '--account', '技')).toBe('技术周刊\\ a:b\n');
    expect(await inBash('content', 'generate', '--csv', '')).toBe('\n');
  });

  withShellcheck('the bash script (needs shellcheck; Debian: apt-get install shellcheck)', () => {
    it('has no findings of shellcheck', async () => {
      await using folder = await temporaryFolder();
      const file = join(folder.path, 'completion.bash');
      writeFileSync(file, (await runCli(['completion', 'bash'])).stdout);
      expect((await run('shellcheck', [file])).stdout).toBe('');
    });
  });

  withZsh('in zsh (needs zsh; Debian: apt-get install zsh)', () => {
    it('completes in zsh', async () => {
      const script = `_describe() { print -rl -- "\${candidates[@]}" }; compdef() { :; }; _files() { print files }
source ./completion
words=(contenthub task can); CURRENT=3; _contenthub
words=(contenthub content generate --account ''); CURRENT=5; _contenthub
words=(contenthub content generate --csv ''); CURRENT=5; _contenthub\n`;
      expect((await shell('zsh', ['-f', 'script'], script)).split('\n')).toEqual([
        'cancel:cancel tasks',
        'contenthub-notes:blog',
        '技术周刊 a\\:b:wechat',
        'files',
        '',
      ]);
    });
  });

  withFish('in fish (needs fish; Debian: apt-get install fish)', () => {
    it('completes in fish', async () => {
      const script = `source ./completion\ncomplete -C 'contenthub task can'\ncomplete -C 'contenthub content generate --account c'\n`;
      expect(await shell('fish', ['--no-config', 'script'], script)).toBe('cancel\tcancel tasks\ncontenthub-notes\tblog\n');
    });
  });
});

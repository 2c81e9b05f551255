import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { freePort } from '../../src/platform/database/embedded/free-port.ts';
import { waitFor } from '../support/wait-for.ts';
import { Server } from './server.ts';

const CHECKOUT = ['src', 'migrations', 'bin', 'scripts', 'package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'];
const ROLE = 'src/app/roles/api.module.ts';
const LIST = 'src/app/task-modules.ts';

/** The code of README for developers, and the command to run. */
function readSection(): { file: string; handler: string; list: string; command: string } {
  const [, section = ''] = /## A task of your own\n([^]*?)\n## /.exec(readFileSync('README.md', 'utf8')) ?? [];
  const blocks = [...section.matchAll(/```(\w+)\n([^]*?)```/g)].map(([, language, text]) => ({ language, text: text ?? '' }));
  const [handler, list] = blocks.filter(({ language }) => language === 'ts').map(({ text }) => text);
  const command = blocks.find(({ language }) => language === 'bash')?.text;
  const [, file] = /Save this as `([^`]+)`/.exec(section) ?? [];
  if (!file || !handler || !list || !command || !section.includes(`\`${LIST}\``))
    throw new Error('README has another form than this test expects');
  return { file, handler, list, command };
}

describe('a task of your own, as README says', () => {
  const root = mkdtempSync(join(tmpdir(), 'contenthub-readme-'));
  const { file, handler, list, command } = readSection();
  let server: Server;

  beforeAll(async () => {
    for (const name of CHECKOUT) cpSync(name, join(root, name), { recursive: true });
    symlinkSync(resolve('node_modules'), join(root, 'node_modules'));
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), handler);
    server = new Server({ PORT: String(await freePort()) }, undefined, root);
  });
  afterAll(async () => {
    await server.remove();
    rmSync(root, { recursive: true, force: true });
  });

  it('rejects a module that only one role imports, at once and with exit code 78', async () => {
    const original = readFileSync(join(root, ROLE), 'utf8');
    const imported = `import { TeamSyncModule } from '../../team-sync/team-sync.ts';\n${original.replace('imports: [', 'imports: [TeamSyncModule, ')}`;
    writeFileSync(join(root, ROLE), imported);
    expect(await server.startInVain()).toBe(78);
    expect(server.output).toContain('TeamSync is provided by TeamSyncModule, which TASK_MODULES does not list');
    expect(server.output).toContain(`Add TeamSyncModule to TASK_MODULES in ${LIST}`);
    expect(server.output.match(/TASK_MODULES does not list/g)).toHaveLength(1);
    writeFileSync(join(root, ROLE), original);
  });

  async function logOf(id: string): Promise<string[]> {
    const { items } = await server.call<{ items: { message: string }[] }>('GET', `/executions/${id}/logs`);
    return items.map(({ message }) => message);
  }

  it('runs by its name, and completes after kill -9', async () => {
    writeFileSync(join(root, LIST), list);
    await server.start();
    const child = spawn('sh', ['-c', command], {
      cwd: root,
      env: { ...process.env, DATA_DIR: server.dataDir },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let printed = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (printed += text.toString()));
    const exit = new Promise((ok) => child.once('close', ok));
    const running = async () => {
      const { items } = await server.call<{ items: { executionId: string; status: string; step: string | null }[] }>(
        'GET',
        '/executions?taskName=team-sync',
      );
      const [first] = items;
      return first?.status === 'running' && (await logOf(first.executionId)).includes('attempt 1 copies 2 members') && first.executionId;
    };
    const id = await waitFor(running, { what: 'the first attempt to run' });
    server.killApplication();
    expect([await exit, printed]).toEqual([0, expect.stringContaining('completed')]);
    expect(await server.call('GET', `/executions/${id}`)).toMatchObject({ status: 'completed', attempt: 2, result: { copied: 2 } });
    expect(await logOf(id)).toEqual(expect.arrayContaining(['step members was done before', 'attempt 2 copies 2 members']));
  }, 180_000);
});

it('README and the example file of declared tasks name different tasks', () => {
  const inCode = /@TaskHandler\(\{ name: '([a-z-]+)'/.exec(readSection().handler)?.[1];
  const declared = [...readFileSync('tasks.example.yaml', 'utf8').matchAll(/^ {2}- name: ([a-z-]+)$/gm)].map(([, name]) => name);
  expect(declared.length).toBeGreaterThan(1);
  expect(inCode).toBe('team-sync');
  expect(declared).not.toContain(inCode);
});

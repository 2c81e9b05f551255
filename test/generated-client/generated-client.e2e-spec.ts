import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { AgentTaskHandler } from '../../src/tasks/definitions/agent-task.handler.ts';
import { SampleTasks } from '../api/sample-tasks.ts';
import { startApplication, type TestApplication } from '../support/application.ts';

const SLOW = 180_000;
const transcribe = { name: 'transcribe', runBy: 'agents', capabilities: ['audio'], handle: () => new AgentTaskHandler().handle() } as const;
/** The strictest compiler options of a user, including checks for unused code. */
const STRICT = ['--strict', '--noUncheckedIndexedAccess', '--exactOptionalPropertyTypes', '--noPropertyAccessFromIndexSignature'];
const TARGET = ['--target', 'es2024', '--module', 'nodenext', '--types', 'node', '--allowImportingTsExtensions', '--noEmit'];

let server: TestApplication;
let folder: string;

beforeAll(async () => {
  server = await startApplication({ handlers: [...new SampleTasks().handlers, transcribe] });
  folder = await mkdtemp(join(tmpdir(), 'contenthub-client-'));
  await symlink(resolve('node_modules'), join(folder, 'node_modules'));
  await copyFile('test/generated-client/tour.ts', join(folder, 'tour.mts'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await server.close();
});

/** Returns its output. @throws with all output when it fails. */
function run(...args: string[]): Promise<string> {
  return new Promise((ok, fail) => {
    execFile(process.execPath, args, { cwd: folder }, (error, stdout, stderr) => {
      if (error) fail(new Error(`${args.join(' ')}\n${stdout}${stderr}`, { cause: error }));
      else ok(stdout);
    });
  });
}

it(
  'a client that openapi-typescript generates compiles strictly and does the work of its user and of an agent',
  async () => {
    await run('node_modules/openapi-typescript/bin/cli.js', resolve('openapi.json'), '-o', 'schema.ts');
    expect(await run('node_modules/typescript/bin/tsc', ...STRICT, ...TARGET, 'tour.mts')).toBe('');
    const printed = JSON.parse(await run('--disable-warning=MODULE_TYPELESS_PACKAGE_JSON', 'tour.mts', server.url, server.key)) as unknown;
    expect(printed).toEqual({
      cancelled: { location: true, replayed: true, space: 'docs', cancelled: 1, status: 'cancelled', code: null },
      completed: {
        leased: true,
        file: 'a.wav',
        failedBefore: null,
        noted: 204,
        lost: [],
        messages: ['half'],
        status: 'completed',
        result: ['any', { json: 1 }],
      },
      changed: { owner: 'me', language: 'zh', refused: 'version_changed' },
    });
  },
  SLOW,
);

import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { DiscoveryModule } from '@nestjs/core';
import { Test, type TestingModule } from '@nestjs/testing';
import { ConfigModule } from '../../src/platform/config/config.module.ts';
import { loadSettings, Settings } from '../../src/platform/config/settings.ts';
import { DECLARED_TASKS } from '../../src/tasks/declared/declared-tasks.ts';
import { TaskDefinitionRegistry } from '../../src/tasks/definitions/task-definition.registry.ts';
import { TaskHandler } from '../../src/tasks/definitions/task-handler.decorator.ts';
import { removeTasksFiles, tasksFile } from './tasks-file.ts';

@TaskHandler({ name: 'code-sync' })
class CodeSync {
  handle(): Promise<void> {
    return Promise.resolve();
  }
}

let started: TestingModule | undefined;
afterEach(() => started?.close());
afterAll(removeTasksFiles);

/** The part of the tasks module that handles definitions. */
async function start(environment: Record<string, string>): Promise<TaskDefinitionRegistry> {
  const providers = [...DECLARED_TASKS, TaskDefinitionRegistry, CodeSync];
  started = await Test.createTestingModule({ imports: [ConfigModule, DiscoveryModule], providers })
    .overrideProvider(Settings)
    .useValue(loadSettings(environment))
    .compile();
  await started.init();
  return started.get(TaskDefinitionRegistry);
}

const request = 'request: {method: GET, url: "https://h.example/"}';
const HOOK = 'secrets: [HOOK]\ntasks:\n- name: hook-sync\n  request: {method: POST, url: "https://h.example/{{ env.HOOK }}"}\n';

describe('the start', () => {
  it('needs no file, unless TASKS_FILE names one', async () => {
    expect((await start({})).all().map(({ name }) => name)).toEqual(['code-sync']);
    await expect(start({ TASKS_FILE: 'nowhere/tasks.yaml' })).rejects.toThrow(
      'TASKS_FILE nowhere/tasks.yaml cannot be read (ENOENT). Correct the path, or leave TASKS_FILE empty for tasks.yaml.',
    );
    await expect(start({ TASKS_FILE: 'src' })).rejects.toThrow('TASKS_FILE src cannot be read (EISDIR)');
  });

  it('registers the tasks of the file as those of the code', async () => {
    const text = `tasks:\n- name: a-sync\n  ${request}\n- name: b-sync\n  description: B\n  queue: content\n  timeoutMs: 5000\n  maxAttempts: 7\n  backoff: {baseMs: 5, maxMs: 6}\n  ${request}`;
    const registry = await start({ TASKS_FILE: tasksFile(text) });
    expect(registry.get('a-sync')).toMatchObject({ description: '', queue: 'default', timeoutMs: 30_000, maxAttempts: 3 });
    expect(registry.get('b-sync')).toMatchObject({
      description: 'B',
      queue: 'content',
      timeoutMs: 5_000,
      maxAttempts: 7,
      backoff: { baseMs: 5, maxMs: 6 },
    });
    expect(registry.all().map(({ name }) => name)).toEqual(['a-sync', 'b-sync', 'code-sync']);
  });

  it('is rejected with every problem of the file', async () => {
    const file = tasksFile(`secrets: [DATABASE_URL, HOOK, SHORT]\ntasks:\n- name: code-sync\n  ${request}\n- name: x\n`);
    await expect(start({ TASKS_FILE: file, SHORT: '12345' })).rejects.toThrow(
      [
        `${file} has 6 problems:`,
        '  line 1: secrets[0] is DATABASE_URL, a setting of ContentHub. Use another variable name for secrets of tasks.',
        '  line 1: secrets[1] is HOOK, which is not set. Set it in the environment or in .env.',
        '  line 1: secrets[2] is SHORT, which has fewer than 6 characters. Use a longer one: a short secret could not be removed from logs.',
        '  line 3: tasks[0] has the name "code-sync" of a task in code: CodeSync (test/declared/start.int-spec.ts). Choose another name.',
        '  line 5: tasks[1].request is missing. Add "request: …".',
        '  line 5: tasks[1].name is not lower-case words joined by hyphens. Write lower-case words joined by hyphens.',
      ].join('\n'),
    );
  });

  it('requires the secrets only of processes that send requests', async () => {
    const TASKS_FILE = tasksFile(HOOK);
    await expect(start({ TASKS_FILE, APP_ROLES: 'worker' })).rejects.toThrow('secrets[0] is HOOK, which is not set');
    expect((await start({ TASKS_FILE, APP_ROLES: 'api,scheduler' })).find('hook-sync')).toBeDefined();
    expect((await start({ TASKS_FILE, HOOK: 'canary-hook' })).find('hook-sync')).toBeDefined();
  });
});

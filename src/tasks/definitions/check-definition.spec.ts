import { describe, expect, it } from '@jest/globals';
import { checkDefinition, TaskDefinitionError } from './check-definition.ts';
import type { TaskOptions } from './task-handler.decorator.ts';

const check = (options: object) => () => checkDefinition({ name: 'a-sync', ...options } as TaskOptions, 'ASync (src/a.ts)');

describe('checkDefinition', () => {
  it('accepts every option in its bounds', () => {
    const limits = { concurrencyKey: () => 'k', provider: 'chat.example', maxRunning: 0, rate: { count: 1, perMs: 1 } };
    const times = {
      timeoutMs: 2_147_483_647,
      expiresInMs: 1,
      pollEveryMs: 1,
      maxAttempts: 1,
      maxRejections: 0,
      backoff: { baseMs: 0, maxMs: 0 },
    };
    expect(check({ batch: { size: 1 } })).not.toThrow();
    expect(check({ batch: { size: 1_000, waitMs: 59_999 }, timeoutMs: 60_000 })).not.toThrow();
    const rest = { description: '', params: class {}, queue: 'reports', capabilities: ['gpu'], isolation: 'process', middleware: ['m'] };
    expect(check({ ...limits, ...times, ...rest, runBy: undefined })).not.toThrow();
    expect(check({ runBy: 'agents', queue: 'agents-gpu' })).not.toThrow();
  });

  it.each<[object, string]>([
    [{ timeoutMs: '60' }, 'timeoutMs is "60". Write a whole number from 1 to 2147483647.'],
    [{ timeoutMs: 2_147_483_648 }, 'timeoutMs is 2147483648. Write a whole number from 1 to 2147483647.'],
    [{ timeoutMs: 10n }, 'timeoutMs is 10n. Write a whole number from 1 to 2147483647.'],
    [{ maxAttempts: 0 }, 'maxAttempts is 0. Write a whole number from 1 to 1000.'],
    [{ maxAttempts: 2.5 }, 'maxAttempts is 2.5. Write a whole number from 1 to 1000.'],
    [{ expiresInMs: Number.NaN }, 'expiresInMs is NaN. Write a whole number from 1 to 3153600000000.'],
    [{ timeout: 60 }, 'timeout is unknown. Did you mean timeoutMs?'],
    [{ whatever: 1 }, 'whatever is unknown. Known options: name, description, params,'],
    [{ queue: 'Reports' }, 'queue is "Reports". Write a queue name in lower case'],
    [{ queue: 'agents' }, `queue is "agents", a queue of agents. Write runBy: 'agents', or name another queue.`],
    [
      { queue: 'reports', runBy: 'agents' },
      'queue is "reports", but agents run the task. Write "agents" or a name that begins with "agents-".',
    ],
    [{ runBy: 'robots' }, `runBy is "robots". Write 'workers' or 'agents'.`],
    [{ isolation: true }, `isolation is true. Write 'none' or 'process'.`],
    [{ backoff: { baseMs: 5 } }, 'backoff has a member maxMs that is missing. Write a whole number from 0 to'],
    [{ backoff: { baseMs: 5, maxMs: 1 } }, 'backoff has a maxMs below its baseMs. Make it equal or larger.'],
    [{ backoff: { baseMs: 5, maxMs: 9, factor: 2 } }, 'backoff has the unknown member factor. Write { baseMs, maxMs }.'],
    [{ batch: 10 }, 'batch is 10. Write { size, waitMs }.'],
    [{ batch: { size: 0 } }, 'batch has a member size that is 0. Write a whole number from 1 to 1000.'],
    [{ batch: { waitMs: 5 } }, 'batch has a member size that is missing.'],
    [{ batch: { size: 5, waitMs: -1 } }, 'batch has a member waitMs that is -1. Write a whole number from 0 to 60000.'],
    [{ batch: { size: 5, waitMs: 100 }, timeoutMs: 100 }, 'batch has a waitMs that is not below timeoutMs. Make it smaller.'],
    [{ batch: { size: 5 }, runBy: 'agents' }, 'batch is for tasks of workers. Remove it'],
    [{ batch: { size: 5 }, isolation: 'process' }, 'batch puts several tasks in one call, isolation each in a process.'],
    [{ rate: 5 }, 'rate is 5. Write { count, perMs }.'],
    [{ capabilities: 'gpu' }, 'capabilities is "gpu". Write a list.'],
    [{ capabilities: ['gpu', 'A B'] }, 'capabilities has an element (index 1) that is "A B". Write a capability such as gpu or ffmpeg-7.'],
    [{ concurrencyKey: 'space' }, 'concurrencyKey is "space". Write a function from params to a key.'],
    [{ params: { space: 'string' } }, 'params is {"space":"string"}. Name a class with class-validator decorators.'],
    [{ middleware: [() => 1] }, 'middleware has an element (index 0) that is a function. Write the name of a middleware.'],
    [{ name: undefined }, 'name is missing. Add it.'],
  ])('refuses %p', (options, words) => {
    expect(check(options)).toThrow(TaskDefinitionError);
    expect(check(options)).toThrow(words);
  });

  it('names the class, its file and every problem at once', () => {
    expect(check({ timeout: 1, maxAttempts: -1 })).toThrow(
      [
        'The task "a-sync" of ASync (src/a.ts) cannot be used:',
        '  timeout is unknown. Did you mean timeoutMs?',
        '  maxAttempts is -1. Write a whole number from 1 to 1000.',
      ].join('\n'),
    );
  });
});

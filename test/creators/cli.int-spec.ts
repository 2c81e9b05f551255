import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { waitFor } from '../support/wait-for.ts';
import { cliCreator } from './cli-harness.ts';
import { failureOf, RecordedRun, requestOf, submissionOf } from './creator-runs.ts';

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    // A killed process stays a zombie until it is reaped.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};
const never = new AbortController().signal;

describe('the program of the creator cli', () => {
  const submit = (trouble: string, request = requestOf()) => {
    const harness = cliCreator('native', { trouble });
    const run = new RecordedRun();
    return { ...harness, run, submitted: harness.creator.submit(request, run, submissionOf(run)) };
  };

  it.each([
    ['noise', 'incompatible', 'did not print one JSON object. The answer began with: ready {"level":50}'],
    ['silent', 'incompatible', '(nothing)'],
    ['endless', 'incompatible', 'wrote more than 2000000 bytes'],
    ['usage', 'invalid_input', 'exit code 64: unknown section'],
    ['busy', 'rate_limited', 'too many'],
    ['crash', 'transient', 'ended by SIGKILL'],
  ])('%s: %s', async (trouble, code, message) => {
    const error = await failureOf(submit(trouble).submitted);
    expect(error).toMatchObject({ code, message: expect.stringContaining(message), retryAfterMs: trouble === 'busy' ? 90_000 : null });
  });

  it.each([
    ['/no/such/program', 'ENOENT'],
    ['package.json', 'EACCES'],
  ])('%s cannot be run, and the error names the setting', async (path, code) => {
    const { creator } = cliCreator('native', { path });
    const run = new RecordedRun();
    const error = await failureOf(creator.submit(requestOf(), run, submissionOf(run)));
    expect(error).toMatchObject({ code: 'incompatible', message: expect.stringMatching(`${code}.*CREATOR_CLI_PATH`) });
    expect(await creator.probe(never)).toMatchObject({ usable: false, code: 'not_configured' });
  });

  it('gets the allowed variables and no others, in a folder that only its user may read', async () => {
    const { submitted, folder } = submit('environment');
    const names = (await submitted).split(',');
    expect(names).toEqual(expect.arrayContaining(['LLM_API_KEY', 'NO_COLOR', 'PATH', 'TROUBLE']));
    expect(names.filter((name) => /CONTENTHUB|CREATOR|DATABASE|NODE/.test(name))).toEqual([]);
    expect(statSync(join(folder, 'data')).mode & 0o777).toBe(0o700);
  });

  it('gets hostile text as data: no shell, no option, no path of ours', async () => {
    const topic = '--config=/etc/passwd; touch /tmp/pwn $(id) `id` %0a ../../x\n';
    const { submitted, calls, run, creator } = submit('', requestOf({ topic }));
    const id = await submitted;
    expect(calls()).toEqual([['create', '--mode=async', '--json', `--task-id=${run.stored.key}`]]);
    expect(await creator.result(id, requestOf({ topic }), run)).toMatchObject({
      warnings: ['short'],
      bodyMarkdown: 'Storage keeps the power of noon for the evening.',
    });
  });

  it('is ended with its children by an abort, although they ignore SIGTERM and have closed stdout', async () => {
    const { submitted, folder, run } = submit('deaf');
    const file = join(folder, 'data/pids');
    await waitFor(async () => existsSync(file) && readFileSync(file, 'utf8').includes(' '), { what: 'the program and its child to run' });
    const pids = readFileSync(file, 'utf8').split(' ').map(Number);
    const reason = new Error('cancelled');
    run.stopper.abort(reason);
    await expect(submitted).rejects.toBe(reason);
    await waitFor(async () => !pids.some(isAlive), { what: 'both processes to end' });
  });

  it('repeats a hand-over with the same id, which starts no second work', async () => {
    const { creator, run, submitted, calls } = submit('');
    const first = await submitted;
    expect(await creator.submit(requestOf(), run, submissionOf(run, { repeated: true }))).toBe(first);
    expect(new Set(calls().map((args) => args.at(-1))).size).toBe(1);
    expect(await failureOf(creator.status('gone', never))).toMatchObject({
      code: 'incompatible',
      message: expect.stringContaining('gone'),
    });
    expect(await creator.cancel(first, never)).toBe(true);
  });
});

describe('the profile content-creator@0.2', () => {
  const start = async (trouble = '', changes = {}) => {
    const harness = cliCreator('content-creator@0.2', { trouble });
    const run = new RecordedRun();
    const submit = (more = {}) => harness.creator.submit(requestOf(changes), run, submissionOf(run, more));
    return { ...harness, run, submit };
  };

  it('reads the id from between banner and log lines, and sends only options that the tool knows', async () => {
    const { submit, calls } = await start('', { topic: '-r x', keywords: ['a,b', 'c'] });
    expect(await submit()).toMatch(/^[0-9a-f-]{36}$/);
    expect(calls()).toEqual([
      [
        'create',
        '--type=content-creator',
        '--mode=async',
        '--topic=-r x',
        expect.stringMatching(/^--requirements=Write an article about -r x for Notes\.\n/),
        '--min-words=500',
        '--max-words=2000',
        '--keywords=a b,c',
      ],
    ]);
  });

  it.each([
    ['mute', 'incompatible', 'without the id of a task. The answer began with: ◇ injected env'],
    ['endpoint', 'transient', 'connect ECONNREFUSED'],
  ])('%s: %s', async (trouble, code, message) => {
    const { submit } = await start(trouble);
    expect(await failureOf(submit())).toMatchObject({ code, message: expect.stringContaining(message) });
  });

  it('is not called without REDIS_URL, because `create` would leave a row that nothing runs', async () => {
    const { creator, folder } = cliCreator('content-creator@0.2', { environment: { TOOL_REDIS_URL: '' } });
    const run = new RecordedRun();
    const error = await failureOf(creator.submit(requestOf(), run, submissionOf(run)));
    expect(error).toMatchObject({
      code: 'invalid_input',
      message: 'The tool needs REDIS_URL. Set them, and name them in CREATOR_CLI_ENV.',
    });
    expect(existsSync(folder) && existsSync(join(folder, 'data/calls.log'))).toBe(false);
    expect(await creator.probe(never)).toMatchObject({ usable: false, code: 'not_configured' });
  });

  it('finds the task of an interrupted `create` by topic and requirements, unless another task got it', async () => {
    const { submit, calls } = await start();
    const first = await submit();
    expect(await submit({ repeated: true })).toBe(first);
    expect(calls().filter(([command]) => command === 'create')).toHaveLength(1);
    // Not found: the interrupted `create` may still run for 30 s.
    const taken = { repeated: true, isTaken: () => Promise.resolve(true) };
    const early = await failureOf(submit(taken));
    expect([early.code, early.retryAfterMs]).toEqual(['transient', expect.any(Number)]);
    expect(await submit({ ...taken, startedAt: new Date(Date.now() - 31_000) })).not.toBe(first);
  });

  it('asks for several tasks with one process, and for a task beyond the list by itself', async () => {
    const { submit, creator, calls } = await start();
    const ids = [await submit(), await submit(), await submit()];
    const states = await Promise.all(ids.map((id) => creator.status(id, never)));
    expect(states).toEqual(ids.map(() => ({ state: 'completed' })));
    expect(calls().slice(3)).toEqual([['list', '--json', '--limit=200']]);
    const beyond = cliCreator('content-creator@0.2', { trouble: 'long-list' });
    const run = new RecordedRun();
    const id = await beyond.creator.submit(requestOf(), run, submissionOf(run));
    expect(await beyond.creator.status(id, never)).toEqual({ state: 'completed' });
    expect(beyond.calls().at(-1)).toEqual(['status', `--task-id=${id}`]);
    const unknown = await failureOf(beyond.creator.status('00000000-0000-4000-8000-000000000000', never));
    expect(unknown).toMatchObject({ code: 'incompatible', message: expect.stringContaining('CREATOR_CLI_DIR') });
  });

  it.each([
    ['unfinished', 'transient', 'has no result yet'],
    ['no-result', 'rejected_content', 'without words'],
  ])('the result of %s is %s', async (trouble, code, message) => {
    const { submit, creator, run } = await start(trouble);
    const error = await failureOf(creator.result(await submit(), requestOf(), run));
    expect(error).toMatchObject({ code, message: expect.stringContaining(message) });
  });

  it.each(['', 'log-in-text', 'cut-text'])('takes the whole text and warns about images and lost characters: %s', async (trouble) => {
    const { submit, creator, run } = await start(trouble);
    const result = await creator.result(await submit(), requestOf(), run);
    expect(result).toMatchObject({
      title: 'On grid storage',
      bodyMarkdown: 'Storage keeps the power of noon.\n\n字数: 3\n\n## 结语\n\nIt is worth it.',
      summary: 'Storage keeps the power of noon.',
      usage: null,
      provenance: { aiGenerated: true, program: 'content-creator@0.2' },
    });
    const images = 'The tool made 1 images at addresses that expire. They are not part of this content.';
    const lost = expect.stringContaining('The tool counted 9000 characters');
    expect(result.warnings).toEqual(trouble === 'cut-text' ? [lost, images] : [images]);
  });

  it('has no progress and no cancel, and reports a cut list', async () => {
    const { submit, creator } = await start('pending');
    const id = await submit();
    expect(await creator.status(id, never)).toEqual({ state: 'waiting', progress: null, step: null });
    expect(await creator.cancel(id, never)).toBe(false);
    const cut = cliCreator('content-creator@0.2', { trouble: 'cut-list' });
    expect(await failureOf(cut.creator.status(id, never))).toMatchObject({
      code: 'incompatible',
      message: expect.stringContaining('not complete JSON'),
    });
  });
});

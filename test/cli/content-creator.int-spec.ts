import { describe, expect, it } from '@jest/globals';
import { account, DONE, GET_TASK, SUBMIT, TASK, useCreator } from './creator-server.ts';
import { runContentCreator } from './run-cli.ts';
import { ACCOUNT_ID, COMPLETED, CONTENT, CONTENT_ID, EXECUTION_ID, execution } from './samples.ts';
import { problem } from './stub-server.ts';

const { stub, creator, json } = useCreator();

describe('create', () => {
  it('sends every wish of the public tool, and drops none in async mode', async () => {
    const options = [
      ['-t', '数据库日志', '-r', '两个例子', '-a', '工程师', '--keywords', 'WAL,检查点', '--tone', '专业', '--type', 'content-creator'],
      ['--min-words', '300', '--max-words', '900', '--mode', 'async', '--priority', 'high', '--task-id', 'mine-1'],
      ['--callback-url', 'https://hub.example.org/hook', '--callback-events', 'completed,failed'],
    ].flat();
    const { code, stdout } = await creator('create', ...options);
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/✅ 任务已成功创建\n─+\n任务ID: mine-1\n模式: 异步（队列）\n状态: 等待 Worker 处理\n/),
    ]);
    const [request] = stub.server.requests(SUBMIT);
    expect(request?.headers).toMatchObject({ authorization: 'Bearer key', 'idempotency-key': 'content-creator:mine-1' });
    expect(request?.body).toEqual({
      accountId: ACCOUNT_ID,
      topic: '数据库日志',
      requirements: '两个例子',
      audience: '工程师',
      keywords: ['WAL', '检查点'],
      tone: '专业',
      minWords: 300,
      maxWords: 900,
      priority: 8,
      taskId: 'mine-1',
      callbackUrl: 'https://hub.example.org/hook',
      callbackEvents: ['completed', 'failed'],
    });
  });

  it('gives a task without an id a UUID, as the tool does, and normal the priority 5', async () => {
    await creator('create', '-t', 'x', '--async', '--priority', 'normal');
    expect(stub.server.requests(SUBMIT)[0]?.body).toMatchObject({ taskId: expect.stringMatching(/^[0-9a-f-]{36}$/), priority: 5 });
  });

  it('waits in sync mode, which is the usual one, and prints the text', async () => {
    stub.server.on(`GET /executions/${EXECUTION_ID}`, { body: COMPLETED }).on(GET_TASK, { body: DONE });
    const text = await creator('create', '-t', 'x', '--task-id', 'mine-1');
    expect([text.code, text.stdout]).toEqual([0, expect.stringContaining('📝 生成的内容:')]);
    expect(text.stdout).toContain(`# ${CONTENT.title}\n\n${CONTENT.bodyMarkdown}\n`);
    const { code, value } = await json('create', '-t', 'x', '--sync', '--task-id', 'mine-1');
    expect([code, value]).toMatchObject([
      0,
      { taskId: 'mine-1', status: 'completed', qualityScore: 88, wordCount: 812, warnings: [expect.any(String)] },
    ]);
  });

  it('of a task that fails ends with 5, of a cancelled one with 6', async () => {
    for (const [status, exit] of [
      ['failed', 5],
      ['cancelled', 6],
    ] as const) {
      stub.server.on(`GET /executions/${EXECUTION_ID}`, { body: execution({ status }) });
      expect((await creator('create', '-t', 'x')).code).toBe(exit);
    }
  });

  it('repeats an id without a second task, also a day later, and refuses it for another topic', async () => {
    stub.server.on(SUBMIT, problem(409, 'task_id_taken', 'taken'));
    expect(await json('create', '--async', '-t', '数据库日志', '--task-id', 'mine-1')).toMatchObject({
      code: 0,
      value: { taskId: 'mine-1' },
    });
    expect(await json('create', '--async', '-t', 'another', '--task-id', 'mine-1')).toMatchObject({
      code: 7,
      value: { error: { code: 'invalid_input', reason: 'task_id_taken' } },
    });
  });

  it('without a topic is refused in the words of the tool', async () => {
    const { code, stdout, stderr } = await creator('create', '-r', 'x');
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringMatching(/^❌ 错误: 必须提供文章主题/)]);
    expect(stub.server.received).toEqual([]);
  });

  it('takes the only active account, and names the accounts when there are several', async () => {
    delete stub.env.CONTENTHUB_ACCOUNT;
    const other = account({ id: CONTENT_ID, name: 'other' });
    stub.server.on(
      'GET /accounts',
      { body: { items: [account(), { ...other, status: 'archived' }], nextCursor: null } },
      { body: { items: [account(), other], nextCursor: null } },
    );
    await creator('create', '-t', 'x', '--async');
    expect(stub.server.requests(SUBMIT)[0]?.body).toMatchObject({ accountId: ACCOUNT_ID });
    const { code, stderr } = await creator('create', '-t', 'x', '--async');
    expect([code, stderr]).toEqual([2, expect.stringContaining('Choose an account: notes, other')]);
  });

  it('reads the request of the creator cli from stdin', async () => {
    stub.server.on(`GET /accounts/${ACCOUNT_ID}`, { body: account() });
    const voice = { tone: '平实', persona: '工程师', minWords: 100, maxWords: 400, forbiddenPhrases: ['最好'] };
    const wire = {
      topic: null,
      keywords: ['a'],
      category: 'db',
      requirements: '短',
      tone: null,
      sources: [{ name: '手册' }],
      account: { voice },
    };
    const argv = ['create', '--mode=async', '--json', '--task-id=mine-1'];
    const { code, stdout } = await runContentCreator(argv, { env: stub.env, stdin: JSON.stringify(wire) });
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { taskId: 'mine-1' }]);
    expect(stub.server.requests(SUBMIT)[0]?.body).toEqual({
      accountId: ACCOUNT_ID,
      topic: '手册',
      keywords: ['a'],
      category: 'db',
      requirements: '短\nPersona: 工程师\nDo not use these phrases: 最好',
      tone: '平实',
      minWords: 100,
      maxWords: 400,
      allowDuplicate: true,
      taskId: 'mine-1',
    });
  });

  it('refuses a hand-over to an account that would hand it over again', async () => {
    stub.server.on(`GET /accounts/${ACCOUNT_ID}`, { body: account({ creator: 'cli' }) });
    const { code, stdout } = await runContentCreator(['create', '--async', '--json'], { env: stub.env, stdin: '{"topic":"x"}' });
    expect([code, JSON.parse(stdout)]).toMatchObject([
      2,
      { error: { code: 'invalid_input', message: expect.stringContaining('creator cli') } },
    ]);
    expect(stub.server.requests(SUBMIT)).toEqual([]);
  });

  it.each([
    [problem(429, 'rate_limited', 'slow down'), 'rate_limited', 1],
    [problem(503, 'busy', 'busy'), 'transient', 1],
    [problem(401, 'unauthorized', 'no key'), 'incompatible', 4],
    [problem(422, 'invalid_body', 'bad', { errors: [{ pointer: '/topic', detail: 'is too long' }] }), 'invalid_input', 2],
  ])('answers %j with an error of the native contract', async (reply, code, exitCode) => {
    stub.server.on(SUBMIT, reply);
    expect(await json('create', '-t', 'x', '--async')).toMatchObject({ code: exitCode, value: { error: { code } } });
  });

  it('reports a server that is away as transient, with exit code 69', async () => {
    await stub.server.stop();
    expect(await json('create', '-t', 'x', '--async')).toMatchObject({ code: 69, value: { error: { code: 'transient' } } });
  });
});

describe('status, result and cancel', () => {
  it('status has every field of the tool, and its words', async () => {
    stub.server.on(GET_TASK, { body: { ...TASK, status: 'timeout', errorMessage: 'too slow', step: 'draft', progress: 40 } });
    stub.server.on(`GET /executions/${EXECUTION_ID}`, {
      body: execution({ error: { class: 'timeout', code: 'timeout', message: 'too slow' } }),
    });
    const { code, value } = await json('status', '-t', 'mine-1');
    expect([code, value]).toMatchObject([
      0,
      {
        taskId: 'mine-1',
        mode: 'async',
        type: 'content-creator',
        hardConstraints: { minWords: 300, maxWords: 900, keywords: ['WAL'] },
        status: 'failed',
        targetAudience: '工程师',
        currentStep: 'draft',
        progress: 40,
        errorMessage: 'too slow',
        error: { code: 'timeout', message: 'too slow' },
        workerId: 'pool-1',
      },
    ]);
    const { stdout } = await creator('status', '--task-id=mine-1');
    expect(stdout).toMatch(/任务ID: mine-1\n状态: ❌ 失败\n当前步骤: ✍️ 撰写内容\n进度: 40%\n/);
    expect(stdout).toMatch(/错误信息:\ntoo slow\n/);
  });

  it('an unknown id ends with 3, in both forms', async () => {
    const { code, stderr } = await creator('status', '-t', 'gone');
    expect([code, stderr]).toEqual([3, expect.stringMatching(/^❌ 错误: 任务不存在: gone/)]);
    expect(await json('result', '-t', 'gone')).toMatchObject({ code: 3, value: { error: { code: 'incompatible' } } });
  });

  it('result prints the article, and its length in UTF-16 units', async () => {
    stub.server.on(GET_TASK, { body: DONE });
    const markdown = `# ${CONTENT.title}\n\n${CONTENT.bodyMarkdown}`;
    const { code, stdout } = await creator('result', '-t', 'mine-1', '--format', 'text');
    expect(code).toBe(0);
    expect(stdout).toMatch(/📋 生成结果\n─+\n1\. ARTICLE\n─+\n内容:\n/);
    expect(stdout).toContain(`${markdown}\n字数: ${markdown.length}\n`);
    const { stdout: asJson } = await creator('result', '-t', 'mine-1', '--format', 'json');
    expect(JSON.parse(asJson)).toMatchObject({ content: markdown, title: CONTENT.title, status: 'completed' });
  });

  it.each([
    [{ status: 'running' }, 0, 8],
    [{ status: 'failed', errorMessage: 'no material' }, 5, 5],
    [{ status: 'cancelled' }, 6, 6],
  ])('result of %j ends with %i as text and with %i as JSON', async (fields, asText, asJson) => {
    stub.server.on(GET_TASK, { body: { ...TASK, ...fields } }).on(`GET /executions/${EXECUTION_ID}`, { body: execution() });
    const { code, stdout } = await creator('result', '-t', 'mine-1');
    expect([code, stdout]).toEqual([asText, expect.stringMatching(/^⚠️ {2}任务尚未完成，当前状态: /)]);
    expect(await json('result', '-t', 'mine-1')).toMatchObject({ code: asJson, value: { content: null } });
  });

  it('cancel says whether it cancelled', async () => {
    stub.server.on('DELETE /content-tasks/mine-1', { body: { ...TASK, status: 'cancelled' } });
    expect(await json('cancel', '-t', 'mine-1')).toMatchObject({ code: 0, value: { cancelled: true, status: 'cancelled' } });
    stub.server.on(GET_TASK, { body: DONE }).on('DELETE /content-tasks/mine-1', { body: DONE });
    expect(await json('cancel', '-t', 'mine-1')).toMatchObject({ code: 0, value: { cancelled: false, status: 'completed' } });
    expect((await creator('cancel', '-t', 'mine-1')).stdout).toContain('⚠️  无法取消任务');
  });
});

describe('list and retry', () => {
  const page = (...items: object[]) => ({ body: { items, nextCursor: null } });

  it('list prints an array, newest first, and pages by offset', async () => {
    stub.server.on('GET /content-tasks', page(TASK, { ...TASK, taskId: 'mine-2' }, { ...TASK, taskId: 'mine-3' }));
    const { stdout } = await creator('list', '-l', '1', '-o', '1', '--json');
    expect(stdout.startsWith('[\n')).toBe(true);
    expect(JSON.parse(stdout)).toMatchObject([{ taskId: 'mine-2', status: 'pending' }]);
    expect((await creator('list')).stdout).toContain('1. 数据库日志\n   ID:        mine-1\n   状态:      ⏳ 待处理\n');
    expect((await creator('list', '-m', 'sync', '--json')).stdout).toBe('[]\n');
  });

  it('list translates the states of the tool', async () => {
    stub.server.on('GET /content-tasks', page());
    await creator('list', '-s', 'failed');
    expect(stub.server.requests('GET /content-tasks')[0]?.url.searchParams.getAll('status')).toEqual(['failed', 'timeout']);
    expect((await creator('list', '-s', 'odd')).code).toBe(2);
  });

  it('retries one, shows many with --dry-run, and leaves waiting ones alone', async () => {
    const retry = `POST /executions/${EXECUTION_ID}/retry`;
    stub.server.on(GET_TASK, { body: { ...TASK, status: 'failed' } }).on(retry, { body: execution() });
    expect((await json('retry', '-t', 'mine-1')).value).toEqual({ dryRun: false, tasks: [{ taskId: 'mine-1', outcome: 'retried' }] });
    stub.server.on('GET /content-tasks', page({ ...TASK, status: 'failed' }));
    expect((await json('retry', '--all', '-s', 'failed', '--dry-run')).value).toEqual({
      dryRun: true,
      tasks: [{ taskId: 'mine-1', outcome: 'would be retried' }],
    });
    stub.server.on('GET /content-tasks', page(TASK));
    expect((await json('retry', '--all')).value).toMatchObject({ tasks: [{ outcome: 'queued' }] });
    expect(stub.server.requests(retry)).toHaveLength(1);
    expect((await creator('retry')).code).toBe(2);
  });
});

describe('the program', () => {
  it('prints its version, its commands, and a suggestion for a wrong one', async () => {
    expect((await creator('--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    for (const command of ['create', 'status', 'result', 'cancel', 'list', 'retry', 'worker', 'monitor'])
      expect((await creator('--help')).stdout).toMatch(new RegExp(`^ {2}${command} `, 'm'));
    const { code, stderr } = await creator('stats');
    expect([code, stderr]).toEqual([2, expect.stringMatching(/unknown command 'stats' \(Did you mean status\?\)/)]);
  });

  it('a worker needs a database', async () => {
    const { code, stderr } = await creator('worker', 'start', '-w', 'a', '-c', '2');
    expect([code, stderr]).toEqual([78, expect.stringContaining('DATABASE_URL')]);
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LLMock } from '@copilotkit/aimock';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Server } from '../process/server.ts';
import { waitFor } from '../support/wait-for.ts';

interface Task {
  id: string;
  status: string;
  contentId: string | null;
  errorMessage: string | null;
}
interface Article {
  title: string;
  summary: string;
  bodyMarkdown: string;
  wordCount: number;
  provenance: { usage: { promptTokens: number } };
}

const NIGHT = [
  '城市的电网在夜里并不休息。傍晚六点到九点，居民做饭、洗澡、开空调，负荷达到一天里的最高点，而此时屋顶上的光伏板已经停止发电。',
  '储能电站的任务，就是把中午多余的电留到这个时候。它在正午充电，在傍晚放电，每天一个来回，循环的次数决定了电池的寿命。',
  '调度员看重的不只是容量，还有响应的速度。火电机组升到满负荷要几十分钟，电池只要不到一秒，因此频率一有波动，先动作的总是电池。',
  '选址同样重要。建在变电站旁边的电站损耗小，接入快；建在光伏场里的电站可以共用一条出线，省下一笔接网的费用。',
  '衡量一座电站，要问三个问题：一天能放几小时电，一来一回损失多少，十年以后还剩多少容量。只看标称功率的人，往往会失望。',
  '还有一个常被忽略的条件是温度。电芯在二十五度上下老化最慢，夏天舱外的空气接近四十度，空调要一直开着，这部分电也要算进效率里。',
  '到了深夜，负荷落到低谷，风电却可能正大。这时电池再充一次电，第二天清晨的小高峰就有了准备，一天两个来回因此成为可能，但寿命也会缩短。',
];
const PLAN = [
  '准备建设储能的园区，可以先从一年的用电曲线开始。把每十五分钟的读数排成一列，就能看出高峰出现在几点，持续多久，一年里有多少天。',
  '接着计算电价差。峰谷差价越大，电池每次循环的收入越高；差价太小的地方，单靠搬运电量很难收回成本，需要再加上需量管理的收益。',
  '然后确定功率和时长。功率由高峰超出合同容量的部分决定，时长由高峰的宽度决定。先小后大的做法最稳妥：留出场地，分两期安装。',
  '安全不能放在最后。电池舱之间要留出防火间距，舱内要有气体探测和排风，消防队要在投运前到现场熟悉断电的顺序和取水的位置。',
  '最后是运行。每个月对照一次计划和实际的充放电量，效率下降超过两个百分点就要查原因：是空调耗电多了，还是某一簇电池先老化了。',
  '合同里要写明容量保证：第几年低于多少，由谁补装，由谁付钱。没有这一条，五年以后双方只能拿着各自的测量数据争论，谁也说服不了谁。',
  '退役也要提前想好。电池从舱里拆下来以后，谁负责运输，谁负责检测，哪些还能用在要求较低的地方，都应当在签合同的时候定下来。',
  '如果园区自己没有运行人员，可以委托给专业的公司，但数据接口和控制权限要留在业主手里，这样更换服务方的时候不必重装设备。',
  '把这五步写成一页纸，交给业主、设计单位和电网公司各一份，以后的分歧会少很多。',
];

/** Real processes and a mock of the provider that was not written for this creator. */
describe('kill -9 while the llm creator writes', () => {
  const mock = new LLMock({ port: 0 });
  const folder = mkdtempSync(join(tmpdir(), 'contenthub-crash-'));
  let server: Server;
  const asked = (): string[] =>
    mock
      .getRequests()
      .filter(({ path }) => path.endsWith('/chat/completions'))
      .map(({ body }) => String((body as { messages: { content: string }[] }).messages.at(-1)?.content).slice(0, 15));
  const times = (begins: string): number => asked().filter((text) => text.startsWith(begins)).length;

  beforeAll(async () => {
    const sections = [
      { heading: '傍晚的高峰', points: ['负荷'], words: 450 },
      { heading: '园区的五步', points: ['步骤'], words: 450 },
    ];
    const outline = { title: '城市电网怎样度过傍晚', summary: '储能把中午的电留到傍晚，园区可以按五步规划。', sections };
    mock.onMessage(/^Plan an article/, { content: JSON.stringify(outline) });
    mock.onMessage(/^Write section 1/, { content: NIGHT.join('\n\n') });
    mock.onMessage(/^Write section 2/, { content: PLAN.join('\n\n') }, { latency: 100, chunkSize: 10 });
    mock.onMessage(/^Read this article/, { content: '{"verdict":"pass","problems":[]}' }, { latency: 2_000 });
    await mock.start();
    const config = join(folder, 'llm.json');
    const price = { input: 1, output: 2, currency: 'USD' };
    const provider = { baseUrl: `${mock.url}/v1`, apiKeyVariable: 'CRASH_TEST_KEY', model: 'small', price };
    writeFileSync(config, JSON.stringify({ providers: { mock: provider } }));
    server = new Server({ CREATOR_LLM_CONFIG: config, CRASH_TEST_KEY: 'sk-test' });
    await server.start();
  });
  afterAll(async () => {
    await server.remove();
    await mock.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('during two of its calls, repeats only those two', async () => {
    const account = await server.call<{ id: string }>('POST', '/accounts', {
      name: '电网笔记',
      platform: 'wechat',
      language: 'zh',
      creator: 'llm',
    });
    await server.call('POST', '/budgets', { name: 'daily', period: 'day', amountMicros: 1_000_000, currency: 'USD' });
    const { id } = await server.call<Task>('POST', '/content-tasks', { accountId: account.id, topic: '城市储能' });
    await waitFor(async () => times('Write section 2') === 1, { what: 'the second section to stream' });
    server.killApplication();
    await waitFor(async () => times('Read this') === 1, { what: 'the check to begin', timeoutMs: 60_000 });
    server.killApplication();
    const ended = async () => {
      const task = await server.call<Task>('GET', `/content-tasks/${id}`).catch(() => null);
      return task !== null && !['pending', 'submitted', 'running'].includes(task.status) && task;
    };
    const task = await waitFor(ended, { what: 'the task to end', timeoutMs: 60_000 });
    expect(task).toMatchObject({ status: 'completed', contentId: expect.any(String) });
    // Only the two calls that a kill interrupted were sent twice.
    expect(['Plan an', 'Write section 1', 'Write section 2', 'Read this'].map(times)).toEqual([1, 1, 2, 2]);
    // Both killed calls may have been paid: their reservations are closed, and count with 8,192 tokens of output.
    const { items } = await server.call<{ items: { reservedMicros: number; spentMicros: number }[] }>('GET', '/budgets');
    expect(items).toEqual([expect.objectContaining({ reservedMicros: 0 })]);
    expect(items[0]?.spentMicros).toBeGreaterThan(2 * 16_384);
    const article = await server.call<Article>('GET', `/contents/${task.contentId}`);
    expect(article.wordCount).toBeGreaterThanOrEqual(800);
    expect([...NIGHT, ...PLAN].filter((text) => !article.bodyMarkdown.includes(text))).toEqual([]);
  });
});

import { describe, expect, it } from '@jest/globals';
import type { CreationRequest, CreationResult, CreationRun } from '../../creators/creator.ts';
import { OfflineCreator, OfflineCreatorConfig } from '../../creators/offline/offline-creator.ts';
import { type FetchedText, SourceFetcher } from '../../creators/offline/source-fetcher.ts';
import { EXAMPLE_ACCOUNTS, FIRST_REQUEST } from './example-accounts.ts';

class NoFetcher extends SourceFetcher {
  override fetchText(): Promise<FetchedText> {
    throw new Error('the example accounts need no network');
  }
}

const RUN: CreationRun = {
  taskId: 'task',
  attempt: 1,
  signal: new AbortController().signal,
  progress: () => {},
  log: () => {},
  checkpoint: (_step, _inputs, fn) => fn(),
  ownContents: () => Promise.reject(new Error('not asked for')),
  findRoundUp: () => Promise.resolve(null),
};
const creator = new OfflineCreator(new NoFetcher(), new OfflineCreatorConfig(['.']));

function write(language: 'en' | 'zh', topic: string, keywords: readonly string[] = []): Promise<CreationResult> {
  const account = EXAMPLE_ACCOUNTS.find((each) => each.language === language);
  if (!account) throw new Error(`no example account writes ${language}`);
  const { name, voice = {}, sections = [], sources = [] } = account;
  const request: CreationRequest = {
    topic,
    keywords: [...keywords],
    category: null,
    requirements: null,
    tone: null,
    previousFindings: [],
    options: {},
    language,
    account: { id: name, name, voice, sections },
    sources,
  };
  return creator.create(request, RUN);
}

const COVERED: [language: 'en' | 'zh', topic: string][] = [
  ['en', FIRST_REQUEST.topic],
  ['en', 'How leases work'],
  ['en', 'What a lease is'],
  ['en', 'Leases'],
  ['en', 'Worker crashes'],
  ['en', 'Retries after a failure'],
  ['en', 'How ContentHub works'],
  ['en', 'How the offline creator writes a digest'],
  ['en', 'Best practices for retries'],
  ['en', 'Idempotency keys'],
  ['en', 'Checks and score'],
  ['en', 'An introduction to the task engine'],
  ['zh', '任务如何不丢不重'],
  ['zh', '任务状态'],
  ['zh', '重试与租约'],
  ['zh', '租约是什么'],
  ['zh', '离线创作器如何写摘编'],
  ['zh', '进程崩溃后任务怎么恢复'],
  ['zh', 'PostgreSQL 触发器'],
  ['zh', '任务失败的原因'],
  ['zh', '心跳与租约'],
  ['zh', '任务的状态与重试'],
];

/** With words about the subject that the sources do not have. */
const UNCOVERED: [language: 'en' | 'zh', topic: string, missing: string[]][] = [
  ['en', 'Chocolate cake recipes for children', ['Chocolate', 'cake', 'recipes', 'children']],
  ['en', 'The history of the Roman Empire', ['Roman', 'Empire']],
  ['en', 'How to write a love letter', ['love']],
  ['en', 'How queues work at airports', ['airports']],
  ['en', 'Running a marathon', ['marathon']],
  ['en', 'Task management tips', ['management']],
  ['en', 'How to start a small business', ['business']],
  ['en', 'Health benefits of green tea', ['benefits', 'tea']],
  ['en', 'Time management for students', ['management', 'students']],
  ['en', 'World Cup results', ['World', 'Cup']],
  ['en', 'Lease a car or buy one', ['car', 'buy']],
  ['en', 'Football transfer deadline day', ['Football', 'transfer']],
  ['zh', '儿童巧克力蛋糕食谱', ['儿童', '巧克力', '蛋糕', '食谱']],
  ['zh', '罗马帝国的历史', ['历史']],
  ['zh', '学生如何完成作业', ['学生', '作业']],
  ['zh', '怎样做好时间管理', ['管理']],
  ['zh', '健康饮食指南', ['健康', '饮食']],
  ['zh', '世界杯足球比赛结果', ['世界杯']],
  ['zh', '任务管理', ['管理']],
  ['zh', '怎么写情书', ['情书']],
  ['zh', '如何重新装修厨房', ['装修', '厨房']],
  ['zh', '糖尿病患者的运动计划', ['糖尿病', '患者']],
];

/** The voices of the example accounts set a length, and the documents are compared with each other. */
const CHECKED = 75;

describe('a topic for the example accounts', () => {
  it.each(COVERED)('is covered by the documents (%s): %s', async (language, topic) => {
    const { kind, findings, qualityScore } = await write(language, topic);
    expect(kind).toBe('digest');
    expect(findings).toEqual([]);
    expect(qualityScore).toBe(CHECKED);
  });

  it.each(UNCOVERED)('is rejected when they do not cover it (%s): %s', async (language, topic, missing) => {
    // Frequent keywords of the documents change nothing.
    const keywords = language === 'en' ? ['task', 'lease', 'queue'] : ['任务', '租约'];
    for (const given of [[], keywords]) {
      const error: unknown = await write(language, topic, given).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ name: 'CreationError', code: 'insufficient_material', retryable: false });
      for (const word of [topic, ...missing]) expect((error as Error).message).toContain(word);
      expect((error as Error).message).toMatch(language === 'en' ? /no quotable sentence mentions .*Add sources/ : /没有一句.*请补充/);
    }
  });

  it('is covered in the first article, with its keywords', async () => {
    const { bodyMarkdown, findings, qualityScore } = await write('en', FIRST_REQUEST.topic, FIRST_REQUEST.keywords);
    for (const word of ['kill -9', 'lease', 'database']) expect(bodyMarkdown).toContain(word);
    expect(findings).toEqual([]);
    expect(qualityScore).toBe(CHECKED + 5); // the keywords are checked too
  });
});

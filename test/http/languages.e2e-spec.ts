import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { globSync, readFileSync } from 'node:fs';
import { v7 as uuidv7 } from 'uuid';
import { inChinese as checkInChinese, ZH_ACCOUNT_CHECKS } from '../../src/content/accounts/check/zh-account-checks.ts';
import { inChinese, ZH_HEALTH_CHECKS } from '../../src/core/monitoring/zh-health-checks.ts';
import { translator } from '../../src/core/text/translator.ts';
import { problemIn, ZH_PROBLEMS } from '../../src/platform/http/language/problem-texts.ts';
import { ZH_FIELD_ERRORS } from '../../src/platform/http/language/zh/field-errors.ts';
import { type ProblemBody, ProblemError } from '../../src/platform/http/problem.ts';
import type { FullHealthReport } from '../../src/monitoring/report/health-report.view.ts';
import { startApplication, type TestApplication, type Wire } from '../support/application.ts';
import { waitFor } from '../support/wait-for.ts';
import { callTexts, problemTexts } from './problem-source-texts.ts';

/** Texts that no reader of a page sees: examples, and words that are the same in both languages. */
const SAME = new Set(['There is no task named "x".', 'Did you mean "y"?', 'invalid_request']);
/** Texts that the code composes from parts. */
const COMPOSED =
  /^The \{0\} “|^The roles? with it|^(?:key|user)$|^\{0\} statements wait for the pool \{1\}, |^(?:GET|is required)|\(\{0\}\)$/;
const HAN = /\p{Script=Han}/u;
const filled = (text: string): string => text.replaceAll(/\{(\d+)\}/g, 'x$1');

describe('the Chinese texts of the server', () => {
  it('have each title and detail of a problem', () => {
    const translate = translator(ZH_PROBLEMS);
    const texts = problemTexts();
    expect(texts.length).toBeGreaterThan(300);
    const missing = texts.filter(({ text }) => !SAME.has(text) && !HAN.test(translate(filled(text))));
    expect(missing.map(({ at, text }) => `${at}: ${text}`)).toEqual([]);
  });

  it.each([
    ['of the health report', ['src/core/monitoring/process-checks.ts', 'src/core/monitoring/installation-checks.ts'], ZH_HEALTH_CHECKS],
    ['of the check of an account', ['src/content/accounts/check/account-checks.ts'], ZH_ACCOUNT_CHECKS],
  ])('have each text %s', (_, files, catalogue) => {
    const translate = translator(catalogue);
    const texts = files.flatMap((file) => callTexts(file, { ok: [1], warn: [1, 2], fail: [1, 2], degraded: [1, 2], down: [1, 2] }));
    expect(texts.length).toBeGreaterThan(20);
    expect(texts.filter(({ text }) => !HAN.test(translate(filled(text)))).map(({ text }) => text)).toEqual([]);
  });

  it('have no entry that the code does not use', () => {
    const source = globSync('src/**/*.ts')
      .filter((file) => !file.includes('/zh'))
      .map((file) => readFileSync(file, 'utf8'))
      .join('');
    const isUsed = (key: string): boolean =>
      key.split(/\{\d+\}/).every((part) => [part, part.replaceAll("'", String.raw`\'`)].some((one) => source.includes(one)));
    const keys = Object.keys({ ...ZH_PROBLEMS, ...ZH_HEALTH_CHECKS, ...ZH_ACCOUNT_CHECKS }).filter((key) => !(key in ZH_FIELD_ERRORS));
    expect(keys.filter((key) => !COMPOSED.test(key) && !isUsed(key))).toEqual([]);
  });

  it('translate a problem without its codes, pointers and members', () => {
    const errors = [
      { pointer: '/name', code: 'required', detail: 'name is required' },
      { pointer: '/tasks', code: 'is_array', detail: 'tasks must be an array' },
    ];
    const detail = 'name is required. tasks must be an array.';
    const body = ProblemError.unprocessable('invalid_body', 'The body is not valid.', { detail, errors }).body('/batches', 't');
    const texts = ['name 是必填项', 'tasks 必须是数组'];
    expect(problemIn('zh', body)).toEqual({
      ...body,
      title: '请求体无效。',
      detail: `${texts.join('。')}。`,
      errors: errors.map((error, i) => ({ ...error, detail: texts[i] })),
    });
    expect(problemIn('en', body)).toBe(body);
  });

  it('translate a check without its name and status', () => {
    const check = { name: 'queues.oldest', status: 'ok', detail: 'the oldest ready task has waited 3 min', action: null } as const;
    expect(inChinese(check)).toEqual({ ...check, detail: '最久的可领取任务已等待 3 分钟' });
    const own = {
      name: 'channels.blog',
      status: 'fail',
      detail: '/key: unset',
      remedy: 'enable a channel, or turn autoPublish off',
    } as const;
    expect(checkInChinese(own)).toEqual({ ...own, remedy: '启用一个渠道，或关闭 autoPublish' });
  });
});

describe('Accept-Language', () => {
  let server: TestApplication;
  beforeAll(async () => {
    server = await startApplication();
  });
  afterAll(() => server.close());

  it.each([
    ['zh-CN,zh;q=0.9,en;q=0.8', 'zh', /^没有账号/],
    ['en-GB,en;q=0.9', 'en', /^There is no account/],
    ['fr', 'en', /^There is no account/],
  ])('%s gives problems in %s', async (accepted, language, title) => {
    const { status, headers, body } = await server.http<ProblemBody>('GET', `/accounts/${uuidv7()}`, undefined, {
      'accept-language': accepted,
    });
    expect([status, headers.get('content-language'), headers.get('vary')]).toEqual([404, language, 'accept-language']);
    expect([body.title, body.code, body.type]).toEqual([
      expect.stringMatching(title),
      'account_not_found',
      'urn:contenthub:problem:account_not_found',
    ]);
  });

  it('chooses the language of the health report', async () => {
    const report = async (accepted: string) => {
      const { headers, body } = await server.http<Wire<FullHealthReport>>('GET', '/monitor/report', undefined, {
        'accept-language': accepted,
      });
      return { language: headers.get('content-language'), vary: headers.get('vary'), checks: body.checks };
    };
    await waitFor(async () => (await report('en')).checks.some(({ name }) => name === 'queues.backlog'), { what: 'the first report' });
    const [english, chinese] = [await report('en'), await report('zh')];
    expect([english.language, chinese.language, chinese.vary]).toEqual(['en', 'zh', 'accept-language']);
    expect(chinese.checks.map(({ name }) => name)).toEqual(english.checks.map(({ name }) => name));
    const texts = (checks: Wire<FullHealthReport>['checks']) =>
      checks.flatMap(({ detail, action }) => (action === null ? [detail] : [detail, action]));
    expect(texts(chinese.checks).filter((text) => !HAN.test(text))).toEqual([]);
    expect(texts(english.checks).filter((text) => HAN.test(text))).toEqual([]);
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checkContent, type ContentCheckInput, finding, reportedOf, withFindings } from './check-content.ts';
import { SensitiveWordMatcher } from './sensitive-words.ts';

const english: ContentCheckInput = {
  title: 'Storage moves to the edge',
  language: 'en',
  bodyMarkdown: `## What changed

Batteries in 42 substations now answer within a second. The operator says that saved two gas starts in March.

## What it costs

Each unit costs 1.2 million euros. Half of it is the transformer.`,
};
const chinese: ContentCheckInput = {
  title: '储能走向边缘',
  language: 'zh',
  bodyMarkdown:
    '## 变化\n\n四十二座变电站装上了电池，一秒之内就能响应。运营商说，三月份因此少启动两次燃气机组。\n\n## 成本\n\n每套一百二十万欧元，其中一半是变压器。',
};
/** The points of the checks that need no rule. */
const SOUND = 60;
const codes = (input: ContentCheckInput): string[] => checkContent(input).findings.map(({ code }) => code);
const withBody = (bodyMarkdown: string, more: Partial<ContentCheckInput> = {}): ContentCheckInput => ({
  ...english,
  bodyMarkdown,
  ...more,
});

describe('checkContent', () => {
  it.each([english, chinese])('gives a sound text the points of all checks that ran', (input) => {
    const plain = checkContent(input);
    expect(plain).toMatchObject({ passed: true, score: SOUND, findings: [] });
    expect(plain.checks.filter(({ ran }) => ran).map(({ check }) => check)).toEqual(['text', 'style']);
    const forbiddenPhrases = ['unwanted'];
    const asked = { minWords: 20, maxWords: 200, forbiddenPhrases, comparedSources: 3 };
    const full = checkContent({ ...input, ...asked, sensitiveWords: new SensitiveWordMatcher(['赌博']) });
    expect(full).toMatchObject({ passed: true, score: 85, findings: [] });
    expect(full.checks.filter(({ ran }) => !ran).map(({ check }) => check)).toEqual(['keywords', 'person']);
  });

  it.each<[string, ContentCheckInput]>([
    ['missing_title', { ...english, title: ' — ' }],
    ['too_short', { ...english, minWords: 100 }],
    ['too_long', { ...chinese, maxWords: 40 }],
    ['weak_structure', withBody('One paragraph only.\n\nAnd another.')],
    ['missing_body', withBody('')],
    ['missing_body', withBody('<!-- nothing -->\n\n---\n')],
    ['off_topic', { ...english, keywords: ['nuclear', 'hydrogen'] }],
    ['missing_phrase', { ...chinese, requiredPhrases: ['仅供参考'] }],
    ['forbidden_phrase', { ...english, forbiddenPhrases: ['GAS  starts'] }],
    ['forbidden_phrase', { ...chinese, forbiddenPhrases: ['边缘'] }],
    ['placeholder', withBody(`${english.bodyMarkdown}\n\nTODO: add a chart`)],
    ['placeholder', withBody(`${english.bodyMarkdown}\n\nLorem ipsum dolor.`)],
    ['placeholder', withBody(`${english.bodyMarkdown}\n\nWritten by {{author}}.`)],
    ['placeholder', withBody(`${english.bodyMarkdown}\n\nCall \\[insert phone\\] now.`)],
    ['placeholder', { ...chinese, bodyMarkdown: `${chinese.bodyMarkdown}\n\n[插入图表]` }],
    ['placeholder', { ...chinese, title: '储能【待补充】' }],
    ['assistant_talk', withBody(`Sure, here is the article you asked for.\n\n${english.bodyMarkdown}`)],
    ['assistant_talk', withBody(`${english.bodyMarkdown}\n\nAs an AI language model, I cannot know.`)],
    ['assistant_talk', withBody(`${english.bodyMarkdown}\n\nLet me know if you want changes.`)],
    ['assistant_talk', { ...chinese, bodyMarkdown: `好的，以下是为您撰写的文章：\n\n${chinese.bodyMarkdown}` }],
    ['assistant_talk', { ...chinese, bodyMarkdown: `${chinese.bodyMarkdown}\n\n作为一个人工智能助手，我无法确认。` }],
    ['placeholder', { ...english, title: 'Blog Title' }],
    ['placeholder', { ...english, title: 'Untitled post' }],
    ['placeholder', { ...chinese, title: '文章标题' }],
    ['placeholder', { ...english, summary: 'What [company name] did.' }],
    ['placeholder', withBody(`${english.bodyMarkdown}\n\nInsert image here.`)],
    ['placeholder', withBody(`${english.bodyMarkdown}\n\nDear \${customer.name}, welcome.`)],
    ['placeholder', { ...chinese, bodyMarkdown: `${chinese.bodyMarkdown}\n\n【图片】` }],
    ['assistant_talk', { ...english, summary: 'Certainly! Here is a summary.' }],
    ['assistant_talk', withBody(`Here’s a 500-word blog post on storage:\n\n${english.bodyMarkdown}`)],
    ['assistant_talk', withBody(`I'm sorry, but I cannot write this.\n\n${english.bodyMarkdown}`)],
    ['assistant_talk', withBody(`${english.bodyMarkdown}\n\nAs an AI, I have no opinion.`)],
    ['assistant_talk', withBody(`${english.bodyMarkdown}\n\nThis was true as of my last update.`)],
    ['assistant_talk', withBody(`<think>Write it.</think>\n\n${english.bodyMarkdown}`)],
    ['assistant_talk', withBody(`${english.bodyMarkdown}\n\n<|im_end|>`)],
    ['assistant_talk', { ...chinese, bodyMarkdown: `根据您的要求，写了一篇文章。\n\n${chinese.bodyMarkdown}` }],
    ['assistant_talk', { ...chinese, bodyMarkdown: `很抱歉，我无法提供内容。\n\n${chinese.bodyMarkdown}` }],
    ['assistant_talk', { ...chinese, bodyMarkdown: `${chinese.bodyMarkdown}\n\n如果您有任何需要，请随时告诉我。` }],
    ['assistant_talk', { ...chinese, bodyMarkdown: `${chinese.bodyMarkdown}\n\n作为AI，我不能判断。` }],
    ['wrong_language', { ...chinese, language: 'en' }],
    ['garbled_text', withBody(`${english.bodyMarkdown}\n\nThe cafÃ© stays open.`)],
    ['garbled_text', withBody(`${english.bodyMarkdown}\n\nThe caf\uFFFD stays open.`)],
    ['garbled_text', withBody(`${english.bodyMarkdown}\n\nIt鈥檚 open, says Chlo茅抯 guide.`)],
    ['garbled_text', { ...english, title: 'Lyonâ€™s storage' }],
    ['garbled_text', { ...english, summary: 'Costs Â£12 a year.' }],
    ['garbled_text', { ...chinese, bodyMarkdown: `${chinese.bodyMarkdown}\n\n锟斤拷锟斤拷` }],
  ])('blocks: %s (%#)', (code, input) => {
    const checked = checkContent(input);
    expect(checked.findings.map((each) => each.code)).toContain(code);
    expect(checked.passed).toBe(false);
    expect(checked.score).toBeLessThanOrEqual(80);
  });

  it.each<[string, ContentCheckInput]>([
    ['missing_keyword', { ...english, keywords: ['batteries', 'hydrogen'] }],
    ['long_title', { ...chinese, title: '储能'.repeat(30) }],
    ['long_sentences', withBody(`## One\n\n${'word '.repeat(60)}end.`)],
    [
      'long_paragraph',
      withBody(
        `## One\n\n${'A short sentence with some words. '.repeat(1)}${Array.from({ length: 50 }, (_, n) => `Sentence number ${n} says little.`).join(' ')}`,
      ),
    ],
    [
      'repeated_sentence',
      withBody(
        `${english.bodyMarkdown}\n\nEach unit costs 1.2 million euros and is worth it. Each unit costs 1.2 million euros and is worth it.`,
      ),
    ],
    [
      'stock_phrases',
      { ...chinese, bodyMarkdown: `${chinese.bodyMarkdown}\n\n众所周知，随着科技的不断发展，储能很重要。综上所述，应该投资。` },
    ],
  ])('warns, and still passes: %s', (code, input) => {
    const checked = checkContent(input);
    expect(checked.findings.map((each) => each.code)).toEqual([code]);
    expect(checked.passed).toBe(true);
    expect(checked.score).toBeGreaterThanOrEqual(SOUND - 10);
  });

  it('accepts placeholders in code, and a company that works with AI', () => {
    expect(codes(withBody(`${english.bodyMarkdown}\n\nWrite \`{{ name }}\` for it.\n\n\`\`\`\n// TODO\n\`\`\``))).toEqual([]);
    expect(codes(withBody(`${english.bodyMarkdown}\n\nAs an AI company, it hires.`))).toEqual([]);
    expect(codes(withBody(`${english.bodyMarkdown}\n\nModels write \`<think>\` first.`))).toEqual([]);
    expect(codes({ ...chinese, bodyMarkdown: `${chinese.bodyMarkdown}\n\n各地根据需求，假如需要调整，就调整。` })).toEqual([]);
    expect(codes({ ...english, title: 'Article 13 and its title' })).toEqual([]);
  });

  it('blocks sensitive words in every member, and gives their first place', () => {
    const sensitiveWords = new SensitiveWordMatcher(['变压器', '边缘', '赌博', 'gas']);
    const input = { ...chinese, summary: '赌 博', sensitiveWords, bodyMarkdown: `${chinese.bodyMarkdown}\n\n变-压-器` };
    const place = chinese.bodyMarkdown.indexOf('变压器');
    expect(checkContent(input).findings).toEqual([
      expect.objectContaining({ code: 'sensitive_word', severity: 'block', pointer: '/title', start: 4, end: 6 }),
      expect.objectContaining({ detail: 'Contains the sensitive word "赌博".', pointer: '/summary', start: 0, end: 3 }),
      expect.objectContaining({
        detail: 'Contains the sensitive word "变压器", 2 times.',
        pointer: '/bodyMarkdown',
        start: place,
        end: place + 3,
      }),
    ]);
    expect(codes({ ...input, allowedWords: ['走向边缘', '赌博', '变压器'] })).toEqual([]);
    const hidden = checkContent({ ...chinese, sensitiveWords, bodyMarkdown: `${chinese.bodyMarkdown}\n\n不要&#36172;<!-- -->博。` });
    expect(hidden.findings.map(({ detail }) => detail)).toContain('Contains the sensitive word "赌博", hidden by markup.');
    expect(codes({ ...english, title: 'Gasoline is no gas', sensitiveWords })).toEqual(['sensitive_word']);
  });

  it('never scores below zero', () => {
    const score = checkContent({
      ...withBody('Sure, here is TODO'),
      title: 'TODO',
      minWords: 500,
      requiredPhrases: ['a', 'b', 'c', 'zz'],
    }).score;
    expect(score).toBe(0);
  });

  it('counts only what was written for the reader', () => {
    const boilerplate = ['This digest on solar roofs quotes five sentences.'];
    const input = withBody(`${boilerplate[0]}\n\n${english.bodyMarkdown}\n\n[^1]: hydrogen`, { boilerplate, title: 'Solar roofs' });
    expect(codes({ ...input, minWords: 31 })).toEqual([]);
    expect(codes({ ...input, minWords: 32 })).toEqual(['too_short']);
    expect(codes({ ...input, keywords: ['solar'] })).toEqual(['off_topic']);
    expect(codes({ ...input, keywords: ['changed', 'unit'] })).toEqual(['missing_keyword']); // "What changed" is a heading
    expect(codes({ ...input, requiredPhrases: ['five sentences'] })).toEqual(['missing_phrase']);
    expect(codes({ ...input, requiredPhrases: ['each unit costs'] })).toEqual([]);
    expect(codes({ ...input, requiredPhrases: ['ach unit'] })).toEqual(['missing_phrase']);
    expect(codes({ ...input, keywords: ['subs', 'unit'] })).toEqual(['missing_keyword']); // inside "substations"
    expect(codes({ ...input, keywords: ['battery', 'operators'] })).toEqual([]);
  });

  it('boilerplate never turns a failing check into a passing one', () => {
    const word = fc.constantFrom('solar', 'roof', 'grid', 'battery', 'heat', 'price');
    const sentence = fc.array(word, { minLength: 1, maxLength: 12 }).map((words) => `Some ${words.join(' ')} here.`);
    const text = fc.array(sentence, { maxLength: 8 }).map((sentences) => `## Part\n\n${sentences.join('\n\n')}`);
    const asked = fc.record({
      minWords: fc.nat(60),
      keywords: fc.uniqueArray(word, { maxLength: 4 }),
      requiredPhrases: fc.array(
        fc.tuple(word, word).map((words) => words.join(' ')),
        { maxLength: 2 },
      ),
    });
    const failing = (input: ContentCheckInput): string[] =>
      checkContent(input)
        .findings.filter(({ code }) => ['too_short', 'off_topic', 'missing_keyword', 'missing_phrase'].includes(code))
        .map(({ code, detail }) => `${code} ${detail}`);
    fc.assert(
      fc.property(text, asked, sentence, sentence, (bodyMarkdown, wishes, own, closing) => {
        const boilerplate = [`Introduction: ${own}`, `Closing: ${closing}`];
        const dressed = `${boilerplate[0]}\n\n${bodyMarkdown}\n\n## ${own}\n\n---\n\n*${boilerplate[1]}*\n\n\`\`\`\n${own}\n\`\`\`\n\n[^1]: ${own}\n`;
        const plain = { ...english, ...wishes, bodyMarkdown };
        expect(failing({ ...plain, title: own, bodyMarkdown: dressed, boilerplate })).toEqual(failing(plain));
      }),
    );
  });

  it('subtracts points for the findings of the creator', () => {
    const reported = [
      { code: 'source_unreadable' as const, detail: 'The source "Feed" could not be read.', pointer: '/sources/0' },
      { code: 'wish_ignored' as const, detail: 'The tone was not followed.', pointer: '/tone' },
    ];
    const checked = checkContent({ ...english, reported });
    expect(checked).toMatchObject({ passed: true, score: SOUND - 15 });
    expect(checked.findings.map(({ code, severity, pointer }) => [code, severity, pointer])).toEqual([
      ['source_unreadable', 'warn', '/sources/0'],
      ['wish_ignored', 'warn', '/tone'],
    ]);
    expect(reportedOf([...checked.findings, ...checkContent({ ...english, keywords: ['x', 'unit'] }).findings])).toEqual(reported);
  });
});

describe('the limits of checkContent', () => {
  const words = (count: number): string => Array.from({ length: count }, (_, n) => `word${n}`).join(' ');
  const sentences = (count: number, length: number): string =>
    Array.from({ length: count }, (_, n) => `Sentence${n} ${words(length - 1)}.`).join(' ');
  const details = (input: ContentCheckInput): string[] => checkContent(input).findings.map(({ detail }) => detail);

  it.each<[string, ContentCheckInput, string[]]>([
    ['a title of 24 words', { ...english, title: words(24) }, []],
    ['a title of 25 words', { ...english, title: words(25) }, ['long_title']],
    ['exactly maxWords', withBody(`## One\n\n${words(10)}`, { maxWords: 11 }), []],
    ['one more than maxWords', withBody(`## One\n\n${words(10)}`, { maxWords: 10 }), ['too_long']],
    ['a title and one paragraph', withBody('# One\n\nA paragraph.'), []],
    ['three paragraphs', withBody('One here.\n\nTwo here.\n\nThree here.'), []],
    ['headings only', withBody('## One\n\n## Two'), ['weak_structure']],
    ['no keywords', { ...english, keywords: [] }, []],
    ['a blank phrase', { ...english, forbiddenPhrases: [' '] }, []],
    ['19 字 in an English text', withBody(`## 电\n\n${'储能'.repeat(9)}`), []],
    ['20 字 in an English text', withBody(`## 电池\n\n${'储能'.repeat(9)}`), ['wrong_language']],
    ['sentences of 28 words', withBody(`## One\n\n${sentences(3, 28)}`), []],
    ['sentences of 29 words', withBody(`## One\n\n${sentences(3, 29)}`), ['long_sentences']],
    ['a paragraph of 220 words', withBody(`## One\n\n${sentences(22, 10)}`), []],
    ['a paragraph of 231 words', withBody(`## One\n\n${sentences(21, 11)}`), ['long_paragraph']],
    ['two empty phrases', withBody('## One\n\nIn conclusion, a game changer.'), []],
    ['three empty phrases', withBody('## One\n\nIn conclusion, needless to say, a game changer.'), ['stock_phrases']],
  ])('%s', (_, input, expected) => {
    expect(codes(input)).toEqual(expected);
  });

  it('accepts one long sentence of four, but not two', () => {
    const body = (long: number): string => `## One\n\n${sentences(4 - long, 5)} `;
    expect(codes(withBody(`${body(1)}Last ${words(60)}.`))).toEqual([]);
    expect(details(withBody(`${body(2)}Third ${words(45)}. Last ${words(45)}.`))).toEqual([
      expect.stringContaining(' 50 % are long, the longest has 46.'),
    ]);
  });

  it('quotes what was found', () => {
    expect(details(withBody('# One'))).toEqual([expect.stringContaining('The text has 1 headings and 0 paragraphs')]);
    expect(details({ ...english, title: ' Untitled ' })).toEqual(['The title is a placeholder: "Untitled".']);
    expect(details(withBody('## One\n\nIn conclusion, needless to say, a game changer.'))).toEqual([
      '3 empty phrases, such as "In conclusion".',
    ]);
    const repeated = `The ${'substation '.repeat(10)}answers.`;
    const [detail = ''] = details(withBody(`## One\n\n${repeated}\n\n${repeated}`));
    expect(detail).toHaveLength('1 sentences are repeated, such as "".'.length + 80);
  });

  it('lists 20 sensitive words', () => {
    const list = Array.from({ length: 21 }, (_, n) => `secret${n}x`);
    const input = withBody(`## One\n\n${list.join(', ')}.`, { sensitiveWords: new SensitiveWordMatcher(list) });
    expect(checkContent(input).findings).toHaveLength(20);
  });

  it.each<[string, Partial<ContentCheckInput>]>([
    ['length', { minWords: 1 }],
    ['length', { maxWords: 500 }],
    ['keywords', { keywords: ['substation'] }],
  ])('runs the check of %s for %j', (check, rule) => {
    expect(checkContent({ ...english, ...rule }).checks).toContainEqual(expect.objectContaining({ check, ran: true }));
  });

  it('judges again with the findings of other rules', () => {
    const similar = { ...finding('similar_body', 'Much like another text.'), points: 10 };
    const checked = withFindings(checkContent({ ...english, keywords: ['unit', 'hydrogen'] }), [similar]);
    expect(checked.findings.map(({ code }) => code)).toEqual(['missing_keyword', 'similar_body']);
    expect(checked).toMatchObject({ passed: true, score: SOUND + 5 - 14 });
    expect(withFindings(checked, [finding('duplicate_body', 'The same text.')]).passed).toBe(false);
  });
});

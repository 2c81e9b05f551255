import { describe, expect, it } from '@jest/globals';
import { findAssistantTalk, findPlaceholders, findReasoning, findStockPhrases, isPlaceholderTitle } from './stock-text.ts';

const FILLER = 'The pump ran all winter. '.repeat(12);

describe('findPlaceholders', () => {
  it.each([
    ['Costs: TODO', 'TODO'],
    ['TBD', 'TBD'],
    ['Lorem  is no match, LOREM IPSUM is', 'LOREM IPSUM'],
    ['Dear {{first name}},', '{{first name}}'],
    ['Dear <%= name %>,', '<%= name %>'],
    ['Dear ${user.name},', '${user.name}'],
    ['See [insert a chart of prices].', '[insert a chart of prices]'],
    ['By [Author]', '[Author]'],
    ['Sales rose [citation needed] in May.', '[citation needed]'],
    ['Add your photo here', 'Add your photo here'],
    ['insert charts here', 'insert charts here'],
    ['Insert the quote here', 'Insert the quote here'],
    ['Title goes here', 'Title goes here'],
    ['Your text here', 'Your text here'],
    ['见【此处放图表】。', '【此处放图表】'],
    ['（请填写数据）', '（请填写数据）'],
    ['[待补]', '[待补]'],
    ['作者：【姓名】', '【姓名】'],
    ['[公司名称]的产品', '[公司名称]'],
    ['数据待补充', '待补充'],
    ['此处填写', '此处填写'],
  ])('%j', (text, found) => {
    expect(findPlaceholders(text)).toEqual([found]);
  });

  it.each([
    'a mastodon, the TODOs, TKO',
    '{{}',
    'a < b % c > d',
    'It costs $5 {net}.',
    '[named], [inserted], [today]',
    'Insert coins here.',
    'in your own title here',
    '【新闻】油价下跌',
    '标题：作者',
  ])('not in %j', (text) => {
    expect(findPlaceholders(text)).toEqual([]);
  });
});

describe('isPlaceholderTitle', () => {
  it.each([
    'Untitled',
    'untitled post',
    ' Blog title ',
    'Title',
    'working title',
    'New article',
    'Heading 2',
    'heading3',
    '无标题',
    '未命名',
    '标题',
    '文章标题',
    '新文章',
    '新建文档',
  ])('%j', (title) => {
    expect(isPlaceholderTitle(title)).toBe(true);
  });

  it.each(['Untitled: a novel', 'The title fight', 'New article rules', 'My Title', '标题党的生意', '关于无标题', 'Heading north'])(
    'not %j',
    (title) => {
      expect(isPlaceholderTitle(title)).toBe(false);
    },
  );
});

describe('findReasoning', () => {
  it.each([
    ['<think>First, the costs', '<think>'],
    ['so.</Reasoning> The costs', '</Reasoning>'],
    ['<|im_start|>assistant', '<|im_start|>'],
    ['<|system message|>', '<|system message|>'],
  ])('%j', (markdown, found) => {
    expect(findReasoning(markdown)).toEqual([found]);
  });

  it.each(['I <em>think</em> so', '<thinker>', '| system |'])('not in %j', (markdown) => {
    expect(findReasoning(markdown)).toEqual([]);
  });
});

describe('findAssistantTalk', () => {
  it.each([
    ['Sure, here it is.', 'Sure, here'],
    ['Sure thing! Below you see it.', 'Sure thing! Below'],
    ['Certainly! This is it.', 'Certainly! This'],
    ['"Of course – I wrote it."', '"Of course – I'],
    ['OK: let us begin.', 'OK: let'],
    ['Here is the article that you asked for.', 'Here is the article'],
    ['Here’s a short and friendly draft', 'Here’s a short and friendly draft'],
    ['Below is your outline', 'Below is your outline'],
    ["I'm sorry, but I can't do that.", "I'm sorry, but I can't"],
    ['Unfortunately, I am unable to.', 'Unfortunately, I am unable'],
    ['I apologise: I won’t write it.', 'I apologise: I won’t'],
    ['好的，文章如下', '好的，'],
    ['很高兴为您！', '很高兴为您！'],
    ['以下是一篇文章', '以下是一篇'],
    ['下面是为你准备的', '下面是为你'],
    ['按照您的要求', '按照您的要求'],
    ['很抱歉，但我无法完成', '很抱歉，但我无法'],
  ])('at the start: %j', (text, found) => {
    expect(findAssistantTalk(`${text} ${FILLER}`)).toEqual([found]);
    expect(findAssistantTalk(`${FILLER}${text} ${FILLER}`)).toEqual([]);
  });

  it.each([
    ['I hope this article helps!', 'I hope this article helps'],
    ['I hope this meets your needs.', 'I hope this meets'],
    ['Let me know if you need more.', 'Let me know if you'],
    ['Feel free to reach out.', 'Feel free to reach out'],
    ['Would you like me to go on?', 'Would you like me to'],
    ['Shall I continue?', 'Shall I continue'],
    ['希望这篇文章对您有所帮助', '希望这篇文章对您有所帮助'],
    ['希望能帮到你', '希望能帮到你'],
    ['如果您还有其他需要', '如果您还有其他需要'],
    ['如需要进一步修改', '如需要进一步修改'],
    ['请随时告诉我', '请随时告诉我'],
    ['需要我继续吗', '需要我继续'],
  ])('at the end: %j', (text, found) => {
    expect(findAssistantTalk(`${FILLER}${text}`)).toEqual([found]);
    expect(findAssistantTalk(`${FILLER}${text} ${FILLER}`)).toEqual([]);
  });

  it.each([
    ['As a large language model, it cannot.', 'As a large language model'],
    ['as an AI assistant', 'as an AI assistant'],
    ['As an AI, I see', 'As an AI, I'],
    ['I’m just an AI.', 'I’m just an AI'],
    ['I am a language model', 'I am a language model'],
    ['my knowledge cutoff', 'my knowledge cutoff'],
    ['As of my last update', 'As of my last update'],
    ['作为一个大型语言模型', '作为一个大型语言模型'],
    ['作为您的AI助手', '作为您的AI助手'],
    ['作为一名AI，我认为', '作为一名AI，我'],
    ['我的知识截至去年', '我的知识截至'],
    ['截止我的训练', '截止我的训练'],
  ])('anywhere: %j', (text, found) => {
    expect(findAssistantTalk(`${FILLER}${text} ${FILLER}`)).toEqual([found]);
  });

  it.each([
    'Surely here is a place.',
    'Great Britain is an island.',
    'Sorry sights were seen.',
    '根据地的故事',
    '以下是数据',
    '好的办法',
    '例如果园需要我修剪',
  ])('not in %j', (text) => {
    expect(findAssistantTalk(text)).toEqual([]);
  });
});

describe('findStockPhrases', () => {
  it('finds each occurrence', () => {
    const text = 'In conclusion, it is a game-changer. A game changer! 综上所述，储能发挥着至关重要的作用。总之，综上所述。';
    expect(findStockPhrases(text)).toEqual([
      'In conclusion',
      'game-changer',
      'game changer',
      '综上所述',
      '总之，',
      '综上所述',
      '发挥着至关重要的作用',
    ]);
  });

  it.each([
    ['In today’s fast-paced world', 'In today’s fast-paced world'],
    ["in today's digital landscape", "in today's digital landscape"],
    ["It's important to note that", "It's important to note that"],
    ['It’s worth noting that', 'It’s worth noting that'],
    ['navigating the complexities', 'navigating the complexities'],
    ['随着技术的不断发展', '随着技术的不断发展'],
    ['让我们一起拭目以待', '让我们一起拭目以待'],
    ['扮演着不可或缺的角色', '扮演着不可或缺的角色'],
  ])('%j', (text, found) => {
    expect(findStockPhrases(text)).toEqual([found]);
  });

  it.each(['Today the world is digital.', 'In conclusions of law', '随着时间，发展放缓', '总之如此'])('not in %j', (text) => {
    expect(findStockPhrases(text)).toEqual([]);
  });
});

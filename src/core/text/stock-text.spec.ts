import { describe, expect, it } from '@jest/globals';
import { findAssistantTalk, findPlaceholders, findReasoning, findStockPhrases, isPlaceholderTitle } from './stock-text.ts';

describe('findPlaceholders', () => {
  it.each([
    ['Hello <%= user.name %>, welcome.', ['<%= user.name %>']],
    ['Hello <%%>, welcome.', ['<%%>']],
    ['销量见[插入图表]。', ['[插入图表]']],
    ['销量见（请补充）。', ['（请补充）']],
    ['Only <% is a tag that opens.\nAnd %> closes.', []],
    ['他插入（不含税）的数字。', []],
  ])('%j', (text, expected) => {
    expect(findPlaceholders(text)).toEqual(expected);
  });
});

describe('isPlaceholderTitle', () => {
  it.each([
    'Untitled',
    '  untitled ',
    'Untitled article',
    'Title',
    'Page title',
    'Heading',
    'Heading 12',
    'Heading2',
    '标题',
    '新闻标题',
    '新建文档',
  ])('rejects %j', (title) => {
    expect(isPlaceholderTitle(title)).toBe(true);
  });

  it.each([
    'Untitled: a film about painters',
    'Title deeds explained',
    'Heading home',
    'Heading 5 miles north',
    '新文章的写法',
    '标题怎么写',
  ])('accepts %j', (title) => {
    expect(isPlaceholderTitle(title)).toBe(false);
  });
});

describe('findReasoning', () => {
  it.each([
    ['<think>\nThe user wants a text.', ['<think>']],
    ['The user wants a text.\n</think>', ['</think>']],
    ['Done.<|user_end|>', ['<|user_end|>']],
    ['a <|user| b |> c', []],
    ['Think of <b>it</b>.', []],
  ])('%j', (text, expected) => {
    expect(findReasoning(text)).toEqual(expected);
  });
});

describe('findAssistantTalk', () => {
  const filler = 'The grid operator installed batteries in forty-two substations. '.repeat(5);
  it.each([
    '**Sure, here is the text.**',
    'Sure — here is the text.',
    'Okay,here is the text.',
    'Certainly!\n\nHere is the text.',
    `${'\n'.repeat(12)}Sure, here is the text.`,
    '"Here is the article you wanted:',
    '> I’m sorry, but I cannot write this.',
    'I apologise, but I cannot write this.',
    'I apologize, but I cannot write this.',
    'Sorry, but I really cannot write this.',
    "Sorry, I can't write this.",
    "Unfortunately, I won't write this.",
    '好的，正文如下。',
    '**好的！** 正文如下。',
    '很高兴为您服务！正文如下。',
    '以下是一篇文章。',
    '**以下是我写的正文。**',
    '下面是为你写的正文。',
    '以下是对您问题的回答。',
    '**根据您的要求，写成此文。**',
    '“很抱歉，我无法写这篇文章。',
    '抱歉， 我不能写这篇文章。',
  ])('finds an opening: %j', (text) => {
    expect(findAssistantTalk(text)).toHaveLength(1);
  });

  it.each([
    'The waiter smiled. "Certainly, I will," he said.',
    'Our readers asked for it. Here is the article that won the prize.',
    'The minister said: "I’m sorry, but I cannot agree."',
    '他在电话里说：“好的，马上到。”',
    '报告开头写道：以下是关于储能的数据。',
    '工厂说，根据您的要求生产的产品已经发货。',
    '老板说：“很抱歉，我无法答应。”',
  ])('finds none in quoted speech: %j', (text) => {
    expect(findAssistantTalk(text)).toEqual([]);
  });

  it.each([
    'I hope this helps!',
    'I hope this article helps!',
    '希望对您有帮助。',
    '希望这篇关于储能的文章对你有所帮助。',
    '希望以上内容能帮到您。',
    '如有任何修改，欢迎提出。',
    '如果您有任何需要，欢迎提出。',
    '如果你还有其他需求，欢迎提出。',
    '如果需要修改，欢迎提出。',
    '如果需要我进一步调整，欢迎提出。',
    '需要我帮您改标题吗？',
  ])('finds a closing: %j', (text) => {
    expect(findAssistantTalk(`${filler}\n\n${text}`)).toHaveLength(1);
  });

  it('looks for a closing at the end only', () => {
    expect(findAssistantTalk(`Visitors should feel free to ask a ranger. ${filler}`)).toEqual([]);
  });

  it.each([
    'As a language model, I have none.',
    'As a large language model, I have none.',
    'As an AI model, I have none.',
    'As an AI , I have none.',
    'As an AI,I have none.',
    "I'm an AI.",
    'I’m just an AI.',
    'I am a language model.',
    '作为大语言模型，不便评论。',
    '作为大型语言模型，不便评论。',
    '作为您的人工智能助手，不便评论。',
    '作为AI助手，不便评论。',
    '作为AI 助手，不便评论。',
    '作为一名AI，我不便评论。',
    '作为一个语言模型，我不便评论。',
    '作为AI ， 我不便评论。',
    '我的知识截至去年。',
    '我的训练数据截止去年。',
    '截至我的知识更新时，没有结果。',
    '截止我最后一次更新，没有结果。',
  ])('finds a model that speaks of itself anywhere: %j', (text) => {
    expect(findAssistantTalk(`${filler}${text} ${filler}`)).toHaveLength(1);
  });
});

describe('findStockPhrases', () => {
  it('gives each phrase as it is written', () => {
    expect(findStockPhrases('A game-changer, a Game changer, but no board game. In conclusion, fine.')).toEqual([
      'game-changer',
      'Game changer',
      'In conclusion',
    ]);
    expect(findStockPhrases('让我们来看看价格，让我们一起走进工厂。')).toEqual(['让我们来看看', '让我们一起走进']);
  });
});

import type { CreationLanguage } from '../creator.ts';

/** The kind of topic; decides angle, titles and outline. */
export type TopicShape = 'question' | 'how-to' | 'comparison' | 'subject';

export interface KitPart {
  heading: string;
  advice: string;
  /** Percent of the words. */
  share: number;
}

/**
 * The texts of a writing kit. `t` is the topic without closing punctuation; `k` is the keywords that the topic does
 * not contain.
 */
export interface KitWording {
  shapes: readonly (readonly [TopicShape, RegExp])[];
  title(t: string): string;
  notice: string;
  headings: Readonly<Record<'angle' | 'titles' | 'outline' | 'questions' | 'keywords' | 'budget' | 'check', string>>;
  angles: Readonly<Record<TopicShape, string>>;
  titles(t: string, k: readonly string[]): Readonly<Record<TopicShape, string[]>>;
  outline: Readonly<Record<TopicShape, readonly KitPart[]>>;
  questions(t: string, k: readonly string[]): Readonly<Record<TopicShape, string[]>>;
  facts: Readonly<Record<'section' | 'tone' | 'persona' | 'requirement' | 'angle', string>>;
  colon: string;
  about(words: number): string;
  total(words: number): string;
  keyword(word: string, times: number, leading: boolean): string;
  required(phrase: string): string;
  forbidden(phrase: string): string;
  checks: readonly string[];
  summary(t: string, titles: number, parts: number, questions: number, words: number): string;
}

const en: KitWording = {
  shapes: [
    ['comparison', /\bvs\.?\b|\bversus\b|\bcompar(?:ed|ing|ison)\b|\bdifference between\b|\bor\b.*\?/i],
    ['how-to', /^how (?:to|do|can|we|i)\b|\bguide\b|\btutorial\b|\bsteps? to\b|^(?:building|making|setting up)\b/i],
    ['question', /^(?:why|what|when|where|who|which|is|are|can|should|does|do|will|how)\b|\?$/i],
  ],
  title: (t) => `Writing kit: ${t}`,
  notice: 'This is a brief for a writer, not an article. It was computed from the request alone; nothing in it is a researched fact.',
  headings: {
    angle: 'Topic and angle',
    titles: 'Title candidates',
    outline: 'Outline',
    questions: 'Questions to answer',
    keywords: 'Keyword plan',
    budget: 'Word budget',
    check: 'Before you hand it in',
  },
  angles: {
    question: 'Give the answer in the first paragraph, then the evidence for it, then what would change it.',
    'how-to': 'Follow one reader from the first step to a result that can be checked; say at each step what goes wrong.',
    comparison: 'Name the criteria before the candidates, judge both by the same ones, and say for whom each is the better choice.',
    subject: 'Pick one thing about the topic that changed, show it by one concrete case, and say what follows for the reader.',
  },
  titles: (t, [first, second]) => ({
    question: [
      `${t}? The short answer and the evidence`,
      `${t}? Three views and what they agree on`,
      ...(first ? [`${t}? Start with ${first}`] : []),
      `${t}? What we know and what we do not`,
    ],
    'how-to': [
      `${t}: from first step to result`,
      `${t}, and the mistakes to skip`,
      ...(first ? [`${t}: why ${first} comes first`] : []),
      `${t}: a checklist that fits one page`,
    ],
    comparison: [
      `${t}: which, and for whom`,
      `${t}: the differences that matter`,
      ...(first ? [`${t}: what ${first} decides`] : []),
      `${t}: a choice in five questions`,
    ],
    subject: [
      `${t}: what changed and what follows`,
      `${t}, explained by one example`,
      ...(first ? [`${t} through ${first}`] : []),
      ...(first && second ? [`${t}: between ${first} and ${second}`] : []),
      `${t}: five questions worth asking`,
    ],
  }),
  outline: {
    question: [
      { heading: 'The answer in brief', advice: 'Two or three sentences a reader could repeat.', share: 12 },
      { heading: 'Why the question comes up now', advice: 'One dated event or number, with its source.', share: 18 },
      { heading: 'The evidence', advice: 'Two or three findings, each with its source; the strongest first.', share: 35 },
      { heading: 'What speaks against it', advice: 'The best objection, stated fairly.', share: 20 },
      { heading: 'What to do with the answer', advice: 'One decision the reader can take.', share: 15 },
    ],
    'how-to': [
      { heading: 'What you will have at the end', advice: 'Describe the result so that it can be checked.', share: 10 },
      { heading: 'What you need', advice: 'Material, time, cost, previous knowledge.', share: 15 },
      { heading: 'The steps', advice: 'Numbered, one action each, with the sign that it worked.', share: 45 },
      { heading: 'What goes wrong', advice: 'Three mistakes, how to notice and how to fix each.', share: 20 },
      { heading: 'Where to go next', advice: 'One step further, one source.', share: 10 },
    ],
    comparison: [
      { heading: 'The choice in one sentence', advice: 'Who should take which.', share: 10 },
      { heading: 'What to judge by', advice: 'Three to five criteria and why these.', share: 18 },
      { heading: 'Side by side', advice: 'A table, then the two rows that decide.', share: 37 },
      { heading: 'Where each fails', advice: 'One real limit per candidate, with its source.', share: 20 },
      { heading: 'How to decide', advice: 'A rule the reader can apply alone.', share: 15 },
    ],
    subject: [
      { heading: 'One case', advice: 'A person, a place, a number: something that happened.', share: 15 },
      { heading: 'What it stands for', advice: 'The topic in plain words and what changed.', share: 22 },
      { heading: 'How it works', advice: 'Cause before effect; one example for each claim.', share: 28 },
      { heading: 'What is disputed', advice: 'Who disagrees, about what, on which evidence.', share: 20 },
      { heading: 'What follows', advice: 'For the reader, within a stated time.', share: 15 },
    ],
  },
  questions: (t, k) => ({
    question: [
      `Who has answered “${t}” before, and how?`,
      'What would prove the answer wrong?',
      'Which number carries the argument, and where does it come from?',
      ...k.slice(0, 2).map((word) => `What does ${word} add to the answer?`),
    ],
    'how-to': [
      'What does the reader already have?',
      'Which step do beginners leave out?',
      'How does the reader see that it worked?',
      ...k.slice(0, 2).map((word) => `At which step does ${word} matter?`),
    ],
    comparison: [
      'Which criterion decides for most readers?',
      'What do both have in common?',
      'What does changing from one to the other cost?',
      ...k.slice(0, 2).map((word) => `How do they differ in ${word}?`),
    ],
    subject: [
      `What is new about “${t}”, and since when?`,
      'Who gains, who pays?',
      'Which claim is repeated most, and is it true?',
      ...k.slice(0, 2).map((word) => `How does ${word} change the picture?`),
    ],
  }),
  facts: { section: 'Section', tone: 'Tone', persona: 'Voice', requirement: 'Asked for', angle: 'Angle' },
  colon: ': ',
  about: (words) => `about ${words} words`,
  total: (words) => `Total: about ${words} words`,
  keyword: (word, times, leading) =>
    `**${word}**: ${leading ? 'in the title, the first paragraph and one heading; ' : ''}${times === 1 ? 'once' : `${times} times`} in all, where it carries meaning`,
  required: (phrase) => `Contains, word for word: “${phrase}”`,
  forbidden: (phrase) => `Does not contain: “${phrase}”`,
  checks: ['Every number and quotation has a source', 'The first paragraph stands on its own'],
  summary: (t, titles, parts, questions, words) =>
    `A brief for “${t}”: ${titles} title candidates, an outline in ${parts} parts, ${questions} questions to answer, ${words} words to plan with. Not an article.`,
};

const zh: KitWording = {
  shapes: [
    ['comparison', /vs\.?|对比|比较|区别|差异|哪个(?:更|好)|还是.*[？?]?$/i],
    ['how-to', /如何|怎么(?!看)|怎样|指南|教程|攻略|步骤|入门|方法$/],
    ['question', /为什么|为何|是什么|什么是|怎么看|是否|能否|吗[？?]?$|[？?]$/],
  ],
  title: (t) => `写作提纲：${t}`,
  notice: '这是一份给作者的提纲，不是文章。内容仅由请求推算得出，其中没有经过调研的事实。',
  headings: {
    angle: '选题与角度',
    titles: '标题备选',
    outline: '提纲',
    questions: '要回答的问题',
    keywords: '关键词计划',
    budget: '字数预算',
    check: '交稿前自查',
  },
  angles: {
    question: '第一段先给出答案，再列依据，最后说明什么情况会改变这个答案。',
    'how-to': '跟着一位读者从第一步走到可以检验的结果，每一步都说明容易在哪里出错。',
    comparison: '先定标准，再看对象；用同一套标准衡量双方，并说明各自适合谁。',
    subject: '选一个已经发生的变化，用一个具体案例讲清楚，再说明它对读者意味着什么。',
  },
  titles: (t, [first, second]) => ({
    question: [`${t}？先说答案，再看依据`, `${t}？三种看法与一个共识`, ...(first ? [`${t}？从${first}说起`] : []), `${t}？已知的与未知的`],
    'how-to': [`${t}：从第一步到看得见的结果`, `${t}：少走弯路的几个要点`, ...(first ? [`${t}：先解决${first}`] : []), `${t}：一页纸清单`],
    comparison: [`${t}：怎么选，适合谁`, `${t}：真正重要的差别`, ...(first ? [`${t}：关键看${first}`] : []), `${t}：五个问题帮你决定`],
    subject: [
      `${t}：变化在哪里，接下来会怎样`,
      `${t}：用一个例子讲清楚`,
      ...(first ? [`${t}：从${first}看起`] : []),
      ...(first && second ? [`${t}：在${first}与${second}之间`] : []),
      `${t}：值得追问的五个问题`,
    ],
  }),
  outline: {
    question: [
      { heading: '简短的回答', advice: '两三句话，读者能复述。', share: 12 },
      { heading: '为什么现在要问', advice: '一个有日期的事件或数字，注明出处。', share: 18 },
      { heading: '依据', advice: '两三条发现，各有出处，最有力的放在最前。', share: 35 },
      { heading: '反面的理由', advice: '公正地写出最有力的反对意见。', share: 20 },
      { heading: '读者可以怎么做', advice: '落到一个具体的决定。', share: 15 },
    ],
    'how-to': [
      { heading: '最后会得到什么', advice: '把结果写到可以检验。', share: 10 },
      { heading: '需要准备什么', advice: '材料、时间、费用、基础知识。', share: 15 },
      { heading: '步骤', advice: '编号，一步一个动作，写明成功的标志。', share: 45 },
      { heading: '容易出错的地方', advice: '三个错误：如何发现，如何补救。', share: 20 },
      { heading: '下一步', advice: '再往前一步，附一个可靠来源。', share: 10 },
    ],
    comparison: [
      { heading: '一句话结论', advice: '谁适合哪一个。', share: 10 },
      { heading: '用什么标准衡量', advice: '三到五条标准，并说明理由。', share: 18 },
      { heading: '逐项对照', advice: '先列表，再讲起决定作用的两行。', share: 37 },
      { heading: '各自的短板', advice: '每一方写一个真实的局限，注明出处。', share: 20 },
      { heading: '如何决定', advice: '给出读者能独立使用的判断规则。', share: 15 },
    ],
    subject: [
      { heading: '一个案例', advice: '一个人、一个地方或一个数字：确实发生过的事。', share: 15 },
      { heading: '它说明了什么', advice: '用平实的话讲清主题与变化。', share: 22 },
      { heading: '背后的机制', advice: '先因后果，每个判断配一个例子。', share: 28 },
      { heading: '有争议的地方', advice: '谁不同意，分歧何在，依据是什么。', share: 20 },
      { heading: '接下来', advice: '在明确的时间范围内，对读者意味着什么。', share: 15 },
    ],
  },
  questions: (t, k) => ({
    question: [
      `「${t}」以前有谁回答过，怎么回答的？`,
      '什么证据会推翻这个答案？',
      '支撑论证的关键数字是哪个，出自哪里？',
      ...k.slice(0, 2).map((word) => `${word}为答案补充了什么？`),
    ],
    'how-to': [
      '读者手里已经有什么？',
      '新手最常漏掉哪一步？',
      '怎样看出已经成功？',
      ...k.slice(0, 2).map((word) => `${word}在哪一步最重要？`),
    ],
    comparison: [
      '对多数读者来说，哪条标准起决定作用？',
      '两者的共同点是什么？',
      '从一个换到另一个要付出什么代价？',
      ...k.slice(0, 2).map((word) => `两者在${word}上有何不同？`),
    ],
    subject: [
      `「${t}」新在哪里，从什么时候开始？`,
      '谁受益，谁付出代价？',
      '流传最广的说法是什么，是真的吗？',
      ...k.slice(0, 2).map((word) => `${word}怎样改变了局面？`),
    ],
  }),
  facts: { section: '栏目', tone: '语气', persona: '口吻', requirement: '要求', angle: '角度' },
  colon: '：',
  about: (words) => `约 ${words} 字`,
  total: (words) => `合计约 ${words} 字`,
  keyword: (word, times, leading) => `**${word}**：${leading ? '出现在标题、首段和一个小标题中；' : ''}全文 ${times} 次，用在有意义的地方`,
  required: (phrase) => `包含原文：「${phrase}」`,
  forbidden: (phrase) => `不出现：「${phrase}」`,
  checks: ['每个数字和引文都有出处', '第一段单独读也成立'],
  summary: (t, titles, parts, questions, words) =>
    `「${t}」的写作提纲：${titles} 个标题备选、${parts} 部分提纲、${questions} 个要回答的问题，按 ${words} 字规划。不是成稿。`,
};

export const KIT_WORDING: Readonly<Record<CreationLanguage, KitWording>> = { zh, en };

import type { CreationLanguage } from '../../creator.ts';

interface MaterialFacts {
  sentences: number;
  sources: number;
  quotable: number;
  otherLanguage: number;
  garbled: number;
  /** How many sentences the limit of 20 % per source allows. */
  quota: number;
  minPassages: number;
}

interface TopicFacts {
  topic: string;
  /** Words of the topic that no quotable sentence mentions. */
  missing: readonly string[];
  /** Words that only one or two sentences mention. */
  rare: readonly string[];
  onTopic: number;
  quotable: number;
  minPassages: number;
}

interface Refusals {
  tooLittle(facts: MaterialFacts): string;
  tooShort(facts: { passages: number; words: number; minWords: number }): string;
  offTopic(facts: TopicFacts): string;
  /** Appended to the other texts when sources could not be read. */
  unread(reasons: readonly string[]): string;
}

export const GARBLED_REASON = 'that a wrong character encoding damaged';

const or = new Intl.ListFormat('en', { type: 'disjunction' });
const quoted = (words: readonly string[]): string[] => words.map((word) => `"${word}"`);
const zhQuoted = (words: readonly string[]): string => words.map((word) => `「${word}」`).join('');

const en: Refusals = {
  tooLittle: ({ sentences, sources, quotable, otherLanguage, garbled, quota, minPassages }) => {
    const found = `Found ${sentences} sentences in ${sources} source(s), ${quotable} of them whole, quotable and in the language asked for (en)`;
    const other = otherLanguage > 0 ? `; ${otherLanguage} are in another language` : '';
    const damaged = garbled > 0 ? `; left out are ${garbled} ${GARBLED_REASON}` : '';
    return `${found}${other}${damaged}. A digest quotes at most 20 % of each source (${quota} here) and needs ${minPassages} passages: add longer or further sources, about ${minPassages * 5} full sentences in all.`;
  },
  tooShort: ({ passages, words, minWords }) =>
    `The best ${passages} passages make ${words} words; the account asks for at least ${minWords}, and only quoted sentences count. At most 20 % of a source is quoted: add sources or lower the minimum.`,
  offTopic: ({ topic, missing, rare, onTopic, quotable, minPassages }) => {
    const reason =
      missing.length > 0
        ? `no quotable sentence mentions ${or.format(quoted(missing))}${rare.length > 0 ? `, and at most two mention ${or.format(quoted(rare))}` : ''}`
        : `${onTopic} of the ${quotable} quotable sentences are about it${rare.length > 0 ? `, and at most two mention ${or.format(quoted(rare))}` : ''}; a digest needs ${minPassages}, at most 20 % of a source`;
    return `The sources do not cover "${topic}": ${reason}. Add sources about it, name the topic in the words of the sources, or ask without a topic.`;
  },
  unread: (reasons) => ` Could not be read: ${reasons.join(' ')}`,
};

const zh: Refusals = {
  tooLittle: ({ sentences, sources, quotable, otherLanguage, garbled, quota, minPassages }) => {
    const other = otherLanguage > 0 ? `，${otherLanguage} 句是其他语言` : '';
    const damaged = garbled > 0 ? `，${garbled} 句因编码错误而损坏` : '';
    return `${sources} 份资料共有 ${sentences} 句，其中 ${quotable} 句完整、可以引用并且是中文${other}${damaged}。摘编对每份资料最多引用 20%（这里是 ${quota} 句），至少需要 ${minPassages} 处引文：请补充更长或更多的资料，总共大约 ${minPassages * 5} 个完整的句子。`;
  },
  tooShort: ({ passages, words, minWords }) =>
    `最好的 ${passages} 处引文共 ${words} 字，账号要求至少 ${minWords} 字，并且只计算引用的原文。每份资料最多引用 20%：请补充资料，或者降低最低字数。`,
  offTopic: ({ topic, missing, rare, onTopic, quotable, minPassages }) => {
    const few = rare.length > 0 ? `，${zhQuoted(rare)}最多出现在两句里` : '';
    const reason =
      missing.length > 0
        ? `没有一句可引用的原文提到${zhQuoted(missing)}${few}`
        : `${quotable} 句可引用的原文里只有 ${onTopic} 句与它有关${few}，摘编至少需要 ${minPassages} 处引文，每份资料最多引用 20%`;
    return `资料没有覆盖选题「${topic}」：${reason}。请补充相关的资料，改用资料里的说法，或者不指定选题。`;
  },
  unread: (reasons) => `未能读取的资料：${reasons.join(' ')}`,
};

export const DIGEST_REFUSALS: Readonly<Record<CreationLanguage, Refusals>> = { en, zh };

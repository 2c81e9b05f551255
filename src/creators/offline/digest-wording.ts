import type { CreationLanguage } from '../creator.ts';

/** What a digest counts. Dates are ISO days, null when no source is dated. */
export interface DigestFacts {
  /** The topic, else the leading key phrases. */
  subject: string;
  points: number;
  sources: number;
  /** Title of the source when it is the only one. */
  onlySource: string | null;
  sentencesRead: number;
  from: string | null;
  to: string | null;
  phrases: string[];
}

interface DigestWording {
  join(phrases: readonly string[]): string;
  title(facts: DigestFacts): string;
  summary(facts: DigestFacts): string;
  /** `subject` arrives escaped for Markdown. */
  introduction(facts: DigestFacts): string;
  closing: string;
  place(heading: string): string;
  notes: string;
  separator: string;
}

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

const en: DigestWording = {
  join: (phrases) => phrases.join(' and '),
  title: ({ subject, points, sources, onlySource }) =>
    `${capitalise(subject)}: ${points} points from ${onlySource === null ? plural(sources, 'source') : `“${onlySource}”`}`,
  summary: ({ subject, points, sources, sentencesRead, phrases }) =>
    `${points} sentences on ${subject}, quoted word for word from ${plural(sources, 'source')} (${sentencesRead} sentences read).${phrases.length > 0 ? ` Recurring themes: ${phrases.join(', ')}.` : ''}`,
  introduction: ({ subject, points, sources, sentencesRead, from, to }) =>
    `This digest on **${subject}** quotes ${points} of the ${sentencesRead} sentences in ${plural(sources, 'source')}${
      from === null || to === null ? '' : from === to ? `, dated ${from}` : `, dated ${from} to ${to}`
    }. Every sentence stands as it was written; its note says where.`,
  closing:
    'How this was made: ContentHub’s offline creator ranked the sentences of the sources (TextRank and TF-IDF), left out repetitions and quoted at most 20 % of any source, in its own order. No model wrote or changed a word.',
  place: (heading) => `“${heading}”`,
  notes: 'notes supplied with the request',
  separator: ', ',
};

const zh: DigestWording = {
  join: (phrases) => phrases.join('与'),
  title: ({ subject, points, sources, onlySource }) =>
    `${subject}：${onlySource === null ? `${sources} 份资料` : `《${onlySource}》`}中的 ${points} 个要点`,
  summary: ({ subject, points, sources, sentencesRead, phrases }) =>
    `围绕「${subject}」，从 ${sources} 份资料的 ${sentencesRead} 个句子中摘录 ${points} 句原文。${phrases.length > 0 ? `反复出现的主题：${phrases.join('、')}。` : ''}`,
  introduction: ({ subject, points, sources, sentencesRead, from, to }) =>
    `本文围绕**${subject}**，从 ${sources} 份资料的 ${sentencesRead} 个句子中摘录 ${points} 句${
      from === null || to === null ? '' : from === to ? `（资料日期 ${from}）` : `（资料日期 ${from} 至 ${to}）`
    }。每一句都是原文，脚注注明出处。`,
  closing:
    '本文的制作方式：由 ContentHub 离线创作器对资料中的句子排序（TextRank 与 TF-IDF），去掉重复，按原文顺序摘录，每份资料至多引用 20%。没有模型参与写作，也没有改动原文。',
  place: (heading) => `「${heading}」`,
  notes: '随请求提供的笔记',
  separator: '，',
};

export const DIGEST_WORDING: Readonly<Record<CreationLanguage, DigestWording>> = { zh, en };

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

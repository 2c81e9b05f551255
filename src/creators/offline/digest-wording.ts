import type { CreationLanguage } from '../creator.ts';

/** Counts for the introduction. Dates are ISO days, null when no source has a date. */
export interface DigestFacts {
  /** The topic, or the leading key phrases of several sources. Null for a single source. */
  subject: string | null;
  points: number;
  sources: number;
  /** Title of the source when there is only one. */
  onlySource: string | null;
  /** Of the quoted sources. */
  sentencesRead: number;
  from: string | null;
  to: string | null;
  phrases: string[];
}

interface DigestWording {
  join(phrases: readonly string[]): string;
  title(facts: DigestFacts): string;
  summary(facts: DigestFacts): string;
  /** `subject` is already escaped for Markdown. */
  introduction(facts: DigestFacts): string;
  closing: string;
  place(heading: string): string;
  notes: string;
  separator: string;
}

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

const en: DigestWording = {
  join: (phrases) => phrases.join(' and '),
  title: ({ subject, points, sources, onlySource }) => {
    if (onlySource !== null && (subject === null || onlySource.toLowerCase().includes(subject.toLowerCase())))
      return `${onlySource}: ${points} points`;
    const from = onlySource === null ? plural(sources, 'source') : `“${onlySource}”`;
    return subject === null ? `${points} points from ${from}` : `${capitalise(subject)}: ${points} points from ${from}`;
  },
  summary: ({ subject, points, sources, sentencesRead, phrases }) =>
    `${points} sentences${subject === null ? '' : ` on ${subject}`}, quoted word for word from ${plural(sources, 'source')} (${sentencesRead} sentences read).${
      phrases.length > 0 ? ` Recurring themes: ${phrases.join(', ')}.` : ''
    }`,
  introduction: ({ subject, points, sources, sentencesRead, ...dates }) =>
    `This digest${subject === null ? '' : ` on **${subject}**`} quotes ${points} of the ${sentencesRead} sentences in ${plural(sources, 'source')}${dated(dates, ', dated ', ' to ', '')}. Every sentence stands as it was written; its note says where.`,
  closing:
    'How this was made: ContentHub’s offline creator ranked the sentences of the sources (TextRank and TF-IDF), left out repetitions and quoted at most 20 % of any source, in its own order. No model wrote or changed a word.',
  place: (heading) => `“${heading}”`,
  notes: 'notes supplied with the request',
  separator: ', ',
};

const zh: DigestWording = {
  join: (phrases) => phrases.join('与'),
  title: ({ subject, points, sources, onlySource }) => {
    if (onlySource !== null && (subject === null || onlySource.toLowerCase().includes(subject.toLowerCase())))
      return `《${onlySource}》的 ${points} 个要点`;
    const from = onlySource === null ? `${sources} 份资料` : `《${onlySource}》`;
    return `${subject === null ? '' : `${subject}：`}${from}中的 ${points} 个要点`;
  },
  summary: ({ subject, points, sources, sentencesRead, phrases }) =>
    `${subject === null ? '' : `围绕「${subject}」，`}从 ${sources} 份资料的 ${sentencesRead} 个句子中摘录 ${points} 句原文。${
      phrases.length > 0 ? `反复出现的主题：${phrases.join('、')}。` : ''
    }`,
  introduction: ({ subject, points, sources, sentencesRead, ...dates }) =>
    `本文${subject === null ? '' : `围绕「${subject}」，`}从 ${sources} 份资料的 ${sentencesRead} 个句子中摘录 ${points} 句${dated(dates, '（资料日期 ', ' 至 ', '）')}。每一句都是原文，脚注注明出处。`,
  closing:
    '本文的制作方式：由 ContentHub 离线创作器对资料中的句子排序（TextRank 与 TF-IDF），去掉重复，按原文顺序摘录，每份资料至多引用 20%。没有模型参与写作，也没有改动原文。',
  place: (heading) => `「${heading}」`,
  notes: '随请求提供的笔记',
  separator: '，',
};

function dated({ from, to }: Pick<DigestFacts, 'from' | 'to'>, before: string, between: string, after: string): string {
  if (from === null || to === null) return '';
  return `${before}${from === to ? from : `${from}${between}${to}`}${after}`;
}

export const DIGEST_WORDING: Readonly<Record<CreationLanguage, DigestWording>> = { zh, en };

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

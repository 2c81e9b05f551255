import { escapeMarkdown } from '../../../core/text/markdown-text.ts';
import type { CreationLanguage } from '../../creator.ts';
import type { Facet } from './facets.ts';

/** What the digest's own sentences may say: counts, dates and names. Dates are ISO days, null when no source has one. */
export interface DigestFacts {
  /** The topic, or the leading key phrases of several sources. Null for a single source without a topic. */
  subject: string | null;
  /** The subject is the topic of the request. */
  isTopic: boolean;
  /** Quoted sentences. */
  sentences: number;
  /** Quoted sources. */
  sources: number;
  /** Title of the source when there is only one. */
  onlySource: string | null;
  /** Of the quoted sources. */
  sentencesRead: number;
  from: string | null;
  to: string | null;
  phrases: string[];
  /** What the topic asks for, and how many sources have a passage that was recognised as giving it. */
  answering: { facet: Facet; sources: number }[];
  /** Titles of the sources without a passage. */
  silent: string[];
  /** Words of the topic that no passage mentions. */
  unmentioned: string[];
  /** Passages that name an open question. */
  open: number;
  disagreements: number;
}

export interface DigestWording {
  join(phrases: readonly string[]): string;
  title(facts: DigestFacts): string;
  summary(facts: DigestFacts): string;
  lead(facts: DigestFacts): string;
  /** Null when there is nothing to note. States what was recognised in the quotations, and no absence from the sources. */
  leftOpen(facts: DigestFacts): string | null;
  facets: Readonly<Record<Facet, string>>;
  rest: string;
  disagree: string;
  disagreeing(count: number): string;
  sources: string;
  /** Part of a line of the list of sources. */
  share(quoted: number, all: number): string;
  /** Between passages of one section. */
  gap: string;
  closing: string;
  place(heading: string): string;
  notes: string;
  separator: string;
}

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
const or = new Intl.ListFormat('en', { type: 'disjunction' });
const and = new Intl.ListFormat('en', { type: 'conjunction' });

/** What a passage is quoted for, and what it gives. */
const GIVES_EN: Readonly<Record<Facet, readonly [string, string]>> = {
  change: ['changes', 'a change, or that there is none'],
  reason: ['reasons', 'a reason'],
  amount: ['figures', 'a figure'],
  cost: ['costs', 'a cost'],
  time: ['dates', 'a date'],
  way: ['ways of doing it', 'a way of doing it'],
  effect: ['effects', 'an effect'],
  people: ['persons', 'a person'],
  place: ['places', 'a place'],
  open: ['open questions', 'an open question'],
};
const GIVES_ZH: Readonly<Record<Facet, string>> = {
  change: '变化',
  reason: '原因',
  amount: '数据',
  cost: '费用',
  time: '时间',
  way: '做法',
  effect: '影响',
  people: '人物',
  place: '地点',
  open: '未决问题',
};

/** Only what was recognised in the quotations is stated: the sources may give more, in words that no pattern knows. */
const recognised = ({ answering }: Pick<DigestFacts, 'answering'>): DigestFacts['answering'] =>
  answering.filter(({ sources }) => sources > 0);
const unrecognised = ({ answering }: Pick<DigestFacts, 'answering'>): Facet[] =>
  answering.filter(({ sources }) => sources === 0).map(({ facet }) => facet);

const en: DigestWording = {
  join: (phrases) => phrases.join(' and '),
  title: ({ subject, sources, onlySource }) => {
    const from = onlySource === null ? plural(sources, 'source') : `“${onlySource}”`;
    if (subject === null) return `What ${from} says`;
    const topic = capitalise(subject);
    const verb = sources === 1 ? 'says' : 'say';
    return /[?？]$/.test(topic) ? `${topic} What ${from} ${verb}` : `${topic}: what ${from} ${verb}`;
  },
  summary: ({ subject, sentences, sources, sentencesRead, answering }) =>
    `${plural(sentences, 'sentence')}${subject === null ? '' : ` on “${subject}”`}, quoted word for word from ${plural(sources, 'source')} (${sentencesRead} sentences read).${recognised(
      { answering },
    )
      .map(
        ({ facet, sources: count }) =>
          ` ${capitalise(plural(count, 'source'))} ${count === 1 ? 'is' : 'are'} quoted for ${GIVES_EN[facet][0]}.`,
      )
      .join('')}`,
  lead: ({ subject, isTopic, sources, answering, ...dates }) => {
    const what = subject === null ? '' : ` on **${escapeMarkdown(subject)}**`;
    const read = `${sources === 1 ? 'One source' : `${sources} sources`}${dated(dates, ', dated ', ' to ', ',')} ${sources === 1 ? 'has' : 'have'} passages${what}`;
    const given = recognised({ answering }).map(
      ({ facet, sources: count }) => `${count} of ${sources} ${count === 1 ? 'is' : 'are'} quoted for ${GIVES_EN[facet][0]}`,
    );
    const answers = given.length === 0 ? '' : `: ${and.format(given)}`;
    return `${read}${answers}. ${isTopic ? 'The passage closest to the topic:' : 'The passage that has most in common with the others:'}`;
  },
  leftOpen: ({ answering, silent, unmentioned, open, disagreements }) => {
    const lines = [
      ...(silent.length > 0 ? [`nothing is quoted from ${and.format(silent.map((title) => `“${escapeMarkdown(title)}”`))}`] : []),
      ...(open > 0 ? [`${plural(open, 'passage')} ${open === 1 ? 'names' : 'name'} an open question`] : []),
      ...(disagreements > 0 ? [`the sources disagree in ${plural(disagreements, 'place')}`] : []),
    ];
    const words = unmentioned.map((word) => `“${escapeMarkdown(word)}”`);
    const missed = unrecognised({ answering }).map((facet) => GIVES_EN[facet][1]);
    return sentencesOf(' ', [
      missed.length > 0 &&
        `No quoted passage was recognised as giving ${or.format(missed)}; one may do so in other words, and so may sentences that are not quoted.`,
      lines.length > 0 && `Note: ${lines.join('; ')}.`,
      words.length > 0 && `The quoted passages do not use ${and.format(words)}.`,
    ]);
  },
  facets: {
    change: 'Changes',
    reason: 'Reasons',
    amount: 'Figures',
    cost: 'Costs',
    time: 'Dates',
    way: 'What to do',
    effect: 'Effects',
    people: 'People',
    place: 'Places',
    open: 'Open questions',
  },
  rest: 'Further points',
  disagree: 'Sources disagree',
  disagreeing: (count) =>
    count === 1 ? 'Two passages on the same subject do not agree:' : 'Pairs of passages on the same subject do not agree:',
  sources: 'Sources',
  share: (quoted, all) => `${quoted} of ${all} sentences quoted`,
  gap: ' \\[…\\] ',
  closing:
    'How this was made: ContentHub’s offline creator chose the passages by the words of the topic and by what its question asks for, kept each sentence together with those that complete it, and quoted at most 20 % of any source. Headings and this note are fixed wording. No model wrote or changed a word.',
  place: (heading) => `“${heading}”`,
  notes: 'notes supplied with the request',
  separator: ', ',
};

const zh: DigestWording = {
  join: (phrases) => phrases.join('与'),
  title: ({ subject, sources, onlySource }) => {
    const from = onlySource === null ? `${sources} 份资料` : `《${onlySource}》`;
    if (subject === null) return `${from}里的要点`;
    return /[?？]$/.test(subject) ? `${subject}${from}怎么说` : `${subject}：${from}怎么说`;
  },
  summary: ({ subject, sentences, sources, sentencesRead, answering }) =>
    `${subject === null ? '' : `围绕「${subject}」，`}从 ${sources} 份资料的 ${sentencesRead} 个句子中摘录 ${sentences} 句原文。${recognised(
      { answering },
    )
      .map(({ facet, sources: count }) => `谈${GIVES_ZH[facet]}的引文来自 ${count} 份。`)
      .join('')}`,
  lead: ({ subject, isTopic, sources, answering, ...dates }) => {
    const about = subject === null ? '' : `关于「**${escapeMarkdown(subject)}**」，`;
    const given = recognised({ answering }).map(({ facet, sources: count }) => `谈${GIVES_ZH[facet]}的引文来自 ${count} 份`);
    const answers = given.length === 0 ? '' : `，${given.join('，')}`;
    return `${about}${sources} 份资料${dated(dates, '（日期 ', ' 至 ', '）')}里有可以引用的原文${answers}。${isTopic ? '最切题的一处：' : '与其他各处共同点最多的一处：'}`;
  },
  leftOpen: ({ answering, silent, unmentioned, open, disagreements }) => {
    const lines = [
      ...(silent.length > 0 ? [`没有引用${silent.map((title) => `《${escapeMarkdown(title)}》`).join('')}`] : []),
      ...(open > 0 ? [`有 ${open} 处引文指出了尚无定论的问题`] : []),
      ...(disagreements > 0 ? [`资料之间有 ${disagreements} 处不一致`] : []),
    ];
    const words = unmentioned.map((word) => `「${escapeMarkdown(word)}」`).join('');
    const missed = unrecognised({ answering }).map((facet) => GIVES_ZH[facet]);
    return sentencesOf('', [
      missed.length > 0 && `引文里没有识别出${missed.join('和')}：引文可能换了说法，没有引用的句子里也可能有。`,
      lines.length > 0 && `另请注意：${lines.join('；')}。`,
      words !== '' && `引文没有用到选题里的${words}。`,
    ]);
  },
  facets: {
    change: '变化',
    reason: '原因',
    amount: '数据',
    cost: '费用',
    time: '时间',
    way: '做法',
    effect: '影响',
    people: '人物',
    place: '地点',
    open: '尚无定论',
  },
  rest: '其他要点',
  disagree: '资料之间不一致',
  disagreeing: () => '下面的引文说的是同一件事，说法不一致：',
  sources: '资料来源',
  share: (quoted, all) => `${all} 句中引用 ${quoted} 句`,
  gap: '〔……〕',
  closing:
    '本文的制作方式：由 ContentHub 离线创作器按选题的词语和问题挑选引文，把一句话和补足它的句子放在一起，每份资料至多引用 20%。小标题和说明是固定用语。没有模型参与写作，也没有改动原文。',
  place: (heading) => `「${heading}」`,
  notes: '随请求提供的笔记',
  separator: '，',
};

/** A word that the quotations do not use is not an open question: they may answer it in other words. */
function sentencesOf(separator: string, sentences: readonly (string | false)[]): string | null {
  return sentences.filter((sentence) => sentence !== false).join(separator) || null;
}

function dated({ from, to }: Pick<DigestFacts, 'from' | 'to'>, before: string, between: string, after: string): string {
  if (from === null || to === null) return '';
  return `${before}${from === to ? from : `${from}${between}${to}`}${after}`;
}

export const DIGEST_WORDING: Readonly<Record<CreationLanguage, DigestWording>> = { zh, en };

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

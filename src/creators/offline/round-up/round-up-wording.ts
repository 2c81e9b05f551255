import type { CreationLanguage } from '../../creator.ts';

interface Counts {
  contents: number;
  /** With a published address. */
  linked: number;
}

interface RoundUpWording {
  others: string;
  closing: string;
  title(from: string, to: string): string;
  lead(from: string, to: string, counts: Counts): string;
  summary(from: string, to: string, counts: Counts, first: string): string;
  /** Between a title and its extract. */
  dated(day: string): string;
  empty(from: string, to: string): string;
}

const period = (from: string, to: string, between: string): string => (from === to ? from : `${from}${between}${to}`);

/** The sentences of a round-up that are not from its contents. */
export const ROUND_UP_WORDING: Readonly<Record<CreationLanguage, RoundUpWording>> = {
  en: {
    others: 'More',
    closing:
      'How this was made: ContentHub’s offline creator listed the approved contents of this account and quoted one sentence of each. No model took part.',
    title: (from, to) => `Round-up: ${period(from, to, ' to ')}`,
    lead: (from, to, { contents, linked }) =>
      `${contents === 1 ? 'One text' : `${contents} texts`} from ${period(from, to, ' to ')}, ${linked === contents ? 'all with a link' : `${linked} with a link`}.`,
    summary: (from, to, { contents }, first) =>
      `${period(from, to, ' to ')}: “${first}”${contents > 1 ? ` and ${contents - 1} more` : ''}.`,
    dated: (day) => `, ${day}. `,
    empty: (from, to) => `No content of this account was approved from ${period(from, to, ' to ')}: there is nothing to round up.`,
  },
  zh: {
    others: '其他',
    closing: '本文的制作方式：由 ContentHub 离线创作器列出本账号已通过审核的内容，并各引用一句原文。没有模型参与。',
    title: (from, to) => `内容回顾：${period(from, to, ' 至 ')}`,
    lead: (from, to, { contents, linked }) =>
      `${period(from, to, ' 至 ')}共有 ${contents} 篇内容，${linked === contents ? '都附有链接' : `其中 ${linked} 篇附有链接`}。`,
    summary: (from, to, { contents }, first) => `${period(from, to, ' 至 ')}：《${first}》${contents > 1 ? `等 ${contents} 篇` : ''}。`,
    dated: (day) => `（${day}）`,
    empty: (from, to) => `${period(from, to, ' 至 ')}没有通过审核的内容，无需回顾。`,
  },
};

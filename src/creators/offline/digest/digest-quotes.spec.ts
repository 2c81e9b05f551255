import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { markdownToText } from '../../../core/text/markdown-text.ts';
import { splitSentences } from '../../../core/text/sentences.ts';
import { CreationError } from '../../creation-error.ts';
import type { CreationRequest } from '../../creator.ts';
import type { SourceDocument } from '../source-document.ts';
import { draftDigest, setDigest } from './digest-draft.ts';
import type { Digest } from './digest.ts';

const request = (topic: string, more: Partial<CreationRequest> = {}): CreationRequest => ({
  topic,
  keywords: [],
  category: null,
  requirements: null,
  tone: null,
  previousFindings: [],
  language: /\p{sc=Han}/u.test(topic) ? 'zh' : 'en',
  account: { id: 'a', name: 'A', voice: {}, sections: [] },
  sources: [],
  options: {},
  ...more,
});
const source = (title: string, paragraphs: string[]): SourceDocument => ({
  title,
  location: `${title}.md`,
  publishedAt: null,
  keywords: [],
  sections: [{ heading: null, location: null, publishedAt: null, paragraphs }],
});
const digestOf = async (asked: CreationRequest, sources: SourceDocument[]): Promise<Digest> =>
  setDigest(asked, sources, await draftDigest(asked, sources, new AbortController().signal));
/** The parts of the body between the lead and the sources that are quotations, without footnotes. */
const quotationsOf = ({ bodyMarkdown }: Digest): string[] =>
  [...bodyMarkdown.matchAll(/(?:^|\\\[…\\\] |〔……〕)(?:> |- )?((?:(?!\\\[…|〔……).)+?)\[\^\d+\](?!:)/gm)].map(([, text = '']) =>
    markdownToText(text),
  );

describe('a digest of a question', () => {
  it('quotes nothing that is not in a source, no part of an enumeration, and at most 20 % of a source', async () => {
    const fill = fc
      .constantFrom('书店', '茶馆', '食堂', '球馆')
      .chain((place) =>
        fc.constantFrom(
          `${place}去年的客流下降了两成。`,
          `${place}的亏损没有变化，仍是每月三千元。`,
          `亏损主要来自两处。一是${place}的房租，占四成；二是人工。`,
          `${place}想了三个办法。第一，把${place}分成两间。第二，晚上开到十点。第三，取消${place}的夜班。`,
          `因为修路，去${place}的人要多走一公里。`,
          `这些人后来不再去${place}了，亏损更大。`,
          `首先是${place}的电费，每月九百元。`,
          `${place}为什么要关门？`,
        ),
      );
    const paragraph = fc.array(fill, { minLength: 1, maxLength: 4 }).map((all) => all.join(''));
    const sources = fc.array(fc.array(paragraph, { minLength: 3, maxLength: 8 }), { minLength: 1, maxLength: 3 });
    const topic = fc.constantFrom('小店为什么亏损，怎样才能不亏损？', '修路会不会减少客流，亏损怎么办？', '书店和茶馆的亏损');
    const asked = fc.tuple(topic, fc.subarray(['书店', '夜班', '亏损']));
    await fc.assert(
      fc.asyncProperty(sources, asked, async (texts, [wanted, keywords]) => {
        const documents = texts.map((paragraphs, at) => source(`资料${at}`, paragraphs));
        let digest: Digest;
        try {
          digest = await digestOf(request(wanted, { keywords }), documents);
        } catch (error) {
          if (error instanceof CreationError) return; // too little material
          throw error;
        }
        const quoted = quotationsOf(digest);
        expect(quoted.length).toBeGreaterThan(0);
        for (const text of quoted) {
          expect(texts.flat().some((each) => each.includes(text))).toBe(true);
          expect(text).not.toMatch(/^(?:[一二三]是|第[一二三]|这些|首先)|(?:两处|三个办法)。$|[？]$/u);
          expect(/三个办法/u.test(text)).toBe(/第三，/u.test(text));
        }
        const sentences = quoted.flatMap(splitSentences).length;
        const most = texts.reduce((sum, each) => sum + Math.floor(each.flatMap(splitSentences).length * 0.2), 0);
        expect(sentences).toBeLessThanOrEqual(most);
        expect(`${digest.summary}${digest.bodyMarkdown}`).not.toMatch(/没有一份|没有给出|没有回答/u);
      }),
      { numRuns: 60 },
    );
  });

  it('leads with the clearest answer, and leaves out a sentence that only names the topic', async () => {
    const rest = (n: number): string => `The bell rings at ${n}. The gate is painted green. The yard has a pump. A cat lives there.`;
    const digest = await digestOf(request('Does a late school start reduce absence?', { keywords: ['absence'] }), [
      source('One', [
        'Forty schools tried a late school start in the county.',
        'Absence rose from 4 to 5 percent in the first year.',
        rest(8),
      ]),
      source('Two', ['A late school start is popular with parents of the town.', 'Absence was the same in both years.', rest(9)]),
      source('Three', ['The school start was moved to nine in the county.', 'Absence fell by 2 percent.', rest(7)]),
    ]);
    expect(digest.bodyMarkdown).toContain('> Absence rose from 4 to 5 percent in the first year.[^1]');
    expect(digest.bodyMarkdown).toMatch(/## Changes\n\nAbsence was the same in both years\.\[\^2\]\n\nAbsence fell by 2 percent\.\[\^3\]/);
    expect(digest.bodyMarkdown).not.toContain('do not use');
    expect(digest.summary).toContain('3 sources are quoted for changes.');
  });

  it('quotes an answer to each part of the question', async () => {
    const rest = '店里有一只猫。门口挂着红灯笼。桌子是木头做的。院子里种着两棵树。';
    const digest = await digestOf(request('书店为什么亏损，怎样才能不亏？'), [
      source('甲', ['书店的亏损主要来自房租，三年里涨了一倍。', rest]),
      source('乙', ['书店去年卖出九千册书，客人有两万。', '我的看法是：要开咖啡座，要办读书会，要少进新书。', rest]),
      source('丙', ['关门的书店有一个共同点：每天不到四十位顾客。', rest]),
    ]);
    expect(digest.bodyMarkdown).toMatch(/^> 书店的亏损主要来自房租/m);
    expect(digest.bodyMarkdown).toMatch(/## 原因\n\n关门的书店有一个共同点[^#]*## 做法\n\n我的看法是/);
  });
});

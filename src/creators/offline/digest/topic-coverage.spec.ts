import { describe, expect, it } from '@jest/globals';
import { loadSegmenter } from '../segmenter.ts';
import { measureCoverage, type TopicCoverage, type TopicEvidence, unmentioned } from './topic-coverage.ts';
import { topicWords } from './topic-words.ts';

async function cover(topic: string, groups: readonly string[][], language: 'en' | 'zh' = 'en'): Promise<TopicCoverage> {
  const segmenter = await loadSegmenter(language);
  const evidence = groups.flatMap((texts, group) =>
    texts.map((text): TopicEvidence => ({ text, words: new Set(segmenter.words(text)), group: String(group) })),
  );
  return measureCoverage(topicWords(topic, segmenter), evidence);
}
const times = (count: number, text: string): string[] => Array.from({ length: count }, () => text);

describe('topicWords', () => {
  it.each<['en' | 'zh', string, string[]]>([
    ['en', 'How a task survives kill -9', ['task', 'survives', 'kill']],
    ['en', 'Best practices: an introduction to leases and Leases', ['leases']],
    ['en', 'An introduction', ['introduction']],
    ['zh', '任务如何不丢不重', ['任务', '丢', '重']],
    ['zh', '租约的原理与介绍', ['租约']],
    ['en', 'How to be', []],
  ])('keeps the words of the subject (%s): %s', async (language, topic, written) => {
    expect(topicWords(topic, await loadSegmenter(language)).map((word) => word.written)).toEqual(written);
  });
});

describe('measureCoverage', () => {
  it('gives a word that occurs everywhere almost no weight', async () => {
    const everywhere = await cover('task cake', [times(40, 'The task runs here.')]);
    expect(everywhere.share).toBeLessThan(0.2);
    expect(everywhere).toMatchObject({ missing: ['cake'], rare: [] });
    expect((await cover('task', [times(40, 'The task runs here.')])).share).toBe(1);
  });

  it('finds the subject of short material, which most of its texts name', async () => {
    const text = (named: number): string[] => [...times(named, 'A leaf falls.'), ...times(4, 'The wind turns.')];
    const topic = 'Why do leaves change colour?';
    expect(await cover(topic, [text(3), text(2), text(0)])).toMatchObject({ isEnough: false, isShared: true });
    expect((await cover(topic, [text(5), text(0), text(0)])).isShared).toBe(false); // one of three texts
    expect((await cover(topic, [text(2), text(2), text(0)])).isShared).toBe(false); // a passing mention
    expect((await cover(topic, [text(60), text(60)])).isShared).toBe(false); // long material
    const photos = [times(3, '照片要放在阴凉的地方。'), times(2, '照片泡了水。')];
    expect(await cover('老照片', photos, 'zh')).toMatchObject({ isShared: true, missing: [] });
  });

  it('treats one or two sentences as a passing mention', async () => {
    const others = times(120, 'The worker waits.');
    const mentioned = async (count: number): Promise<TopicCoverage> => cover('baker', [[...times(count, 'A baker came by.'), ...others]]);
    expect([(await mentioned(1)).isEnough, (await mentioned(2)).isEnough, (await mentioned(3)).isEnough]).toEqual([false, true, true]);
    expect((await mentioned(2)).rare).toEqual(['baker']);
  });

  it('counts the sentences of groups that cover a meaningful share, also inflected words', async () => {
    const { onTopic, mentions } = await cover('Retry a crashed worker', [
      ['Crashes are found at once.', 'Workers retried twice.', 'The clock stands.'],
      ['The worker waits.', 'The worker runs.', 'A worker stops.', 'The worker ends.'],
    ]);
    expect(onTopic).toEqual(new Set([0, 1, 2]));
    expect(mentions.map((each) => [...each])).toEqual([[1], [0], [1, 3, 4, 5, 6]]);
  });

  it('finds a single character inside other words', async () => {
    const { missing } = await cover('任务如何不丢', [['提交之后任务不会丢失。']], 'zh');
    expect(missing).toEqual([]);
  });

  it('has no share for a topic without words, and lists the words that the quotations miss', async () => {
    expect(await cover('how to be', [['The worker waits.']])).toMatchObject({ share: 0, missing: [], onTopic: new Set() });
    const segmenter = await loadSegmenter('en');
    const words = topicWords('Worker crashes', segmenter);
    const coverage = await cover('Worker crashes', [['A worker waits.', 'It crashed.']]);
    expect(unmentioned(words, coverage, [0])).toEqual(['crashes']);
  });
});

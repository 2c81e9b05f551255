import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { intervalDaysOf, hasTwoCadences, SectionQueue } from './cadence.ts';

const NOW = new Date('2026-11-30T12:00:00Z');
const ago = (days: number): Date => new Date(NOW.getTime() - days * 86_400_000);
const topic = (title: string, section: string | null) => ({ title, section });
const SECTIONS = [{ code: 'news', perWeek: 2 }, { code: 'deep', everyDays: 30 }, { code: 'misc' }];

function order(topics: ReturnType<typeof topic>[], last: Record<string, number>, sections = SECTIONS): string[] {
  const queue = new SectionQueue(topics, sections, new Map(Object.entries(last).map(([code, days]) => [code, ago(days)])), NOW);
  const titles: string[] = [];
  for (let next = queue.next(); next !== undefined; next = queue.next()) {
    titles.push(`${next.topic.title} ${next.choice.code}${next.choice.daysOverdue === null ? '' : ` ${next.choice.daysOverdue}`}`);
    queue.markWritten(next.topic);
  }
  return titles;
}

describe('SectionQueue', () => {
  it('takes the section that is most overdue in its own intervals, then the best without a cadence, then those ahead', () => {
    const topics = [topic('n1', 'news'), topic('m1', 'misc'), topic('n2', 'news'), topic('d1', 'deep'), topic('x1', null)];
    expect(order(topics, { news: 7, deep: 33 })).toEqual([
      'n1 section_due 3.5',
      'd1 section_due 3',
      'm1 best_score',
      'x1 best_score',
      'n2 section_ahead',
    ]);
    expect(order(topics, { news: 4, deep: 90 })).toEqual([
      'd1 section_due 60',
      'n1 section_due 0.5',
      'm1 best_score',
      'x1 best_score',
      'n2 section_ahead',
    ]);
  });

  it('begins with a section that was never written, of two with that of the shorter interval', () => {
    expect(order([topic('d1', 'deep'), topic('n1', 'news')], {})).toEqual(['n1 section_due', 'd1 section_due']);
    expect(order([topic('d1', 'deep'), topic('n1', 'news')], {}, SECTIONS.toReversed())).toEqual(['n1 section_due', 'd1 section_due']);
    expect(order([topic('d1', 'deep'), topic('n1', 'news')], { news: 50 })).toEqual(['d1 section_due', 'n1 section_due 46.5']);
  });

  it('takes a section that is due just now before those without a cadence', () => {
    expect(order([topic('m1', 'misc'), topic('n1', 'news')], { news: 3.5 })).toEqual(['n1 section_due 0', 'm1 best_score']);
  });

  it('takes another section when the due one has no topic', () => {
    expect(order([topic('x1', null), topic('d1', 'deep')], { news: 50, deep: 1 })).toEqual(['x1 best_score', 'd1 section_ahead']);
  });

  it('keeps the rank where no section has a cadence, and of a section that the account no longer has', () => {
    const topics = [topic('a', 'gone'), topic('b', null), topic('c', 'misc')];
    expect(order(topics, {}, [{ code: 'misc' }])).toEqual(['a best_score', 'b best_score', 'c best_score']);
  });

  it('hands out each topic once, and those of a section in their rank', () => {
    const topics = fc.array(fc.constantFrom('news', 'deep', 'misc', null), { maxLength: 30 });
    const ages = fc.dictionary(fc.constantFrom('news', 'deep'), fc.double({ min: 0, max: 400, noNaN: true }));
    fc.assert(
      fc.property(topics, ages, (sections, last) => {
        const all = sections.map((section, rank) => ({ section, rank }));
        const queue = new SectionQueue(all, SECTIONS, new Map(Object.entries(last).map(([code, days]) => [code, ago(days)])), NOW);
        const taken: typeof all = [];
        for (let next = queue.next(); next !== undefined; next = queue.next()) {
          taken.push(next.topic);
          if (next.topic.rank % 2 === 0) queue.markWritten(next.topic);
        }
        expect(taken.toSorted((a, b) => a.rank - b.rank)).toEqual(all);
        for (const section of ['news', 'deep', 'misc']) {
          const ranks = taken.filter((one) => one.section === section).map(({ rank }) => rank);
          expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
        }
      }),
    );
  });
});

describe('a cadence', () => {
  it('is a number of days', () => {
    expect([{ perWeek: 2 }, { perWeek: 7 }, { everyDays: 10 }, {}].map(intervalDaysOf)).toEqual([3.5, 1, 10, null]);
    expect([{ perWeek: 2 }, { everyDays: 3 }, { perWeek: 2, everyDays: 3 }].map(hasTwoCadences)).toEqual([false, false, true]);
  });
});

import { describe, expect, it } from '@jest/globals';
import type { CreationRequest, OwnContent } from '../../creator.ts';
import { extractOf } from './extract.ts';
import { composeRoundUp } from './round-up.ts';

function contentOf(changes: Partial<OwnContent>): OwnContent {
  const id = '0193b0a0-0000-7000-8000-000000000001';
  const text = { title: 'Tides', bodyMarkdown: 'The tide follows the moon by about fifty minutes a day.', boilerplate: [] };
  return { id, version: 1, kind: 'article', ...text, category: null, day: '2026-11-24', url: null, isPublished: false, ...changes };
}

const REQUEST: CreationRequest = {
  topic: null,
  keywords: [],
  category: null,
  requirements: null,
  tone: null,
  previousFindings: [],
  language: 'en',
  account: {
    id: 'a',
    name: 'Sea',
    voice: {},
    sections: [
      { code: 'sci', name: 'Science' },
      { code: 'food', name: 'Food' },
    ],
  },
  sources: [],
  options: {},
};

describe('extractOf', () => {
  it.each([
    ['the first sentence', 'A tide has two highs a day. It has two lows.', 'A tide has two highs a day.'],
    [
      'none that refers to another',
      'This is why it rises. The moon pulls the sea up twice a day.',
      'The moon pulls the sea up twice a day.',
    ],
    ['no question', 'Why does the sea rise at all? The moon pulls the sea up twice a day.', 'The moon pulls the sea up twice a day.'],
    [
      'no heading and no footnote',
      '# Tides\n\n## Why\n\nThe moon pulls the sea up twice a day.[^1]\n\n[^1]: Almanac',
      'The moon pulls the sea up twice a day.',
    ],
    ['nothing from a list of links', '- [Tides](https://a.example)\n- More', null],
  ])('quotes %s', (_what, bodyMarkdown, expected) => {
    expect(extractOf(contentOf({ bodyMarkdown }), 'en')).toBe(expected);
  });

  it('leaves out what its creator adds to every text', () => {
    const bodyMarkdown = 'Three sources have passages on tides.\n\nThe moon pulls the sea up twice a day.';
    const boilerplate = ['Three sources have passages on tides.'];
    expect(extractOf(contentOf({ bodyMarkdown, boilerplate }), 'en')).toBe('The moon pulls the sea up twice a day.');
  });
});

describe('composeRoundUp', () => {
  const WINDOW = { from: '2026-11-22', to: '2026-11-28' };

  it('groups by the sections of the account, in their order, and links what was published', () => {
    const contents = [
      contentOf({ title: 'No section', bodyMarkdown: 'Short.' }),
      contentOf({ title: 'Mussels', category: 'Food', day: '2026-11-25' }),
      contentOf({ title: '[Moon] & sea', category: 'sci', url: 'https://a.example/moon sea', isPublished: true }),
    ];
    const { title, summary, bodyMarkdown, boilerplate } = composeRoundUp(REQUEST, WINDOW, contents);
    expect({ title, summary }).toEqual({
      title: 'Round-up: 2026-11-22 to 2026-11-28',
      summary: '2026-11-22 to 2026-11-28: “No section” and 2 more.',
    });
    expect(bodyMarkdown).toBe(
      [
        '3 texts from 2026-11-22 to 2026-11-28, 1 with a link.',
        '## Science',
        '- [\\[Moon\\] & sea](<https://a.example/moon%20sea>), 2026-11-24. The tide follows the moon by about fifty minutes a day.',
        '## Food',
        '- **Mussels**, 2026-11-25. The tide follows the moon by about fifty minutes a day.',
        '## More',
        '- **No section**, 2026-11-24. ',
        '---',
        `*${boilerplate[1]}*\n`,
      ].join('\n\n'),
    );
  });

  it('is written in Chinese for a Chinese account', () => {
    const contents = [
      contentOf({ title: '潮汐', bodyMarkdown: '潮汐每天比前一天晚五十分钟左右。', url: 'https://a.example/1', isPublished: true }),
    ];
    const { title, bodyMarkdown } = composeRoundUp({ ...REQUEST, language: 'zh' }, { from: '2026-11-22', to: '2026-11-28' }, contents);
    expect(title).toBe('内容回顾：2026-11-22 至 2026-11-28');
    expect(bodyMarkdown).toContain(
      '共有 1 篇内容，都附有链接。\n\n## 其他\n\n- [潮汐](<https://a.example/1>)（2026-11-24）潮汐每天比前一天晚五十分钟左右。',
    );
  });
});

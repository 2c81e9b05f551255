import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { chinese, create, creator, english } from '../../../test/creators/offline-creation.ts';

describe('docs/examples', () => {
  it.each([
    ['digest.en.md', english()],
    ['digest.zh.md', chinese()],
    ['writing-kit.en.md', english({ topic: 'How to choose a heat pump', keywords: ['noise', 'subsidy'], sources: [] })],
    ['writing-kit.zh.md', chinese({ topic: '储能行业趋势', keywords: ['电价'], sources: [] })],
  ])('matches the snapshot: %s', async (name, request) => {
    const { title, bodyMarkdown } = await create(request);
    const written = `# ${title}\n\n${bodyMarkdown}`;
    if (process.env['UPDATE_EXAMPLES'] === '1') writeFileSync(`docs/examples/${name}`, written);
    expect(written).toBe(readFileSync(`docs/examples/${name}`, 'utf8'));
  });
});

describe('OfflineCreator writing kit', () => {
  it('makes a brief for a topic alone', async () => {
    const result = await create(chinese({ sources: [] }));
    expect(result).toMatchObject({ kind: 'brief', title: '写作提纲：储能电站', qualityScore: null, sources: [] });
    expect(result.warnings[0]).toContain('not an article');
    expect(await create(chinese({ sources: [] }))).toEqual(result);
  });

  it('needs a topic or sources', async () => {
    await expect(create(english({ topic: '  ', sources: [] }))).rejects.toMatchObject({ code: 'invalid_input' });
  });

  it('describes itself', () => {
    expect(creator().describe()).toMatchObject({
      needsNetwork: false,
      asynchronous: false,
    });
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DocumentedServer } from './documented-server.ts';
import { blocksOf, GUIDES } from './pages.ts';

/** The examples of the other language are the same (guide.int-spec.ts). */
const [ENGLISH = ''] = GUIDES;
const INSTALLS = 'npm ci && npm start';
const examples = blocksOf(ENGLISH, ['bash']).filter(({ text }) => !text.startsWith(INSTALLS));

describe('each example of the guide', () => {
  const documented = new DocumentedServer();

  beforeAll(async () => {
    const [csv = ''] = blocksOf(ENGLISH, ['csv']).map(({ text }) => text);
    const [account = '', batch = ''] = blocksOf(ENGLISH, ['json']).map(({ text }) => text);
    documented.write('topics.csv', csv);
    documented.write('weekly.json', account);
    documented.write('nightly.json', batch);
    await documented.start();
  });
  afterAll(() => documented.remove());

  async function filledIn(text: string): Promise<string> {
    const newest = async (path: string, of: string): Promise<string> =>
      (await documented.server.call<{ items: Record<string, string>[] }>('GET', path)).items[0]?.[of] ?? 'none';
    return text
      .replaceAll(/^npx .* --watch$/gm, 'timeout --preserve-status --signal INT 8 $&') // as Ctrl-C
      .replaceAll('http://127.0.0.1:3000', documented.url)
      .replaceAll('<id>', await newest('/executions?limit=1&status=completed', 'executionId'))
      .replaceAll('<content>', await newest('/contents?limit=1&reviewStatus=pending_review', 'id'));
  }

  it.each(examples.map((block) => [block.at, block] as const))(
    '%s succeeds',
    async (_, { text }) => {
      const { failed, printed } = await documented.run(await filledIn(text));
      expect(failed.length > 0 ? [...failed, printed] : []).toEqual([]);
    },
    60_000,
  );
});

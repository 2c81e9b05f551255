import { describe, expect, it } from '@jest/globals';
import type { CreationRequest, CreationRun } from '../../src/creators/creator.ts';
import { OfflineCreator, OfflineCreatorConfig } from '../../src/creators/offline/offline-creator.ts';
import { type FetchedText, SourceFetcher } from '../../src/creators/offline/source-fetcher.ts';
import { SEED_ACCOUNTS, SEED_FOLDER } from '../../src/cli/seed/seed-data.ts';

class NoFetcher extends SourceFetcher {
  override fetchText(): Promise<FetchedText> {
    throw new Error('the accounts need no network');
  }
}

const RUN: CreationRun = {
  taskId: 'task',
  attempt: 1,
  signal: new AbortController().signal,
  progress: () => {},
  log: () => {},
  checkpoint: (_step, _inputs, fn) => fn(),
  ownContents: () => Promise.reject(new Error('not asked for')),
  findRoundUp: () => Promise.resolve(null),
};
const creator = new OfflineCreator(new NoFetcher(), new OfflineCreatorConfig(['.']));

const TOPICS = SEED_ACCOUNTS.flatMap((account) => account.topics.map((topic) => [account.name, topic.title, account, topic] as const));

describe('a topic of the example data', () => {
  it.each(TOPICS)('of %s is written by the offline creator: %s', async (_name, _title, account, topic) => {
    const { language, voice, sections } = account.fields as unknown as Pick<CreationRequest, 'language'> & {
      voice: CreationRequest['account']['voice'];
      sections: CreationRequest['account']['sections'];
    };
    const { kind, findings, bodyMarkdown } = await creator.create(
      {
        topic: topic.title,
        keywords: [...topic.keywords],
        category: topic.section,
        requirements: null,
        tone: null,
        previousFindings: [],
        options: {},
        language,
        account: { id: account.name, name: account.name, voice, sections },
        sources: account.sources.map(({ file, ...source }) => ({
          ...source,
          type: 'file',
          location: `${SEED_FOLDER}/${file}`,
          keywords: [...source.keywords],
        })),
      },
      RUN,
    );
    expect([kind, findings]).toEqual(['digest', []]);
    for (const word of topic.keywords) expect(bodyMarkdown.toLowerCase()).toContain(word.toLowerCase());
  });
});

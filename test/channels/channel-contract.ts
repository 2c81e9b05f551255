import { describe, expect, it } from '@jest/globals';
import type { Channel, ChannelConfig, Publication } from '../../src/channels/channel.ts';
import { ChannelError } from '../../src/channels/channel-error.ts';
import { createAiLabel } from '../../src/channels/label/ai-label.ts';
import { COVER, HOSTILE_TITLE, nextVersion, publicationOf } from './publications.ts';

/** What a test file offers about one channel. All members are read when a test runs. */
export interface ChannelSubject {
  channel: Channel;
  config: ChannelConfig;
  /** Changes every publication, such as its account. */
  adapt?: (publication: Publication) => Publication;
  /** How many posts of this content are at the place, of any version and state. */
  count: (publication: Publication) => Promise<number>;
  /** The title of the published post as a reader sees it. */
  titleOf: (publication: Publication) => Promise<string>;
  /** Channels without a network have none of these faults. */
  network?: {
    /** Spoils the answer of the next request that publishes, after the server has acted. */
    spoilNext: (kind: 'lose_answer' | 'bad_gateway') => void;
    /** A configuration whose server does not listen. */
    unreachable: ChannelConfig;
    /** A configuration with refused credentials, and the member that names them. */
    refused: { config: ChannelConfig; pointer: string };
  };
}

const signal = new AbortController().signal;
const failure = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    (value) => value,
    (error: unknown) => error,
  );
const collapsed = (text: string): string =>
  text
    .replace(/\p{Cc}/gu, '')
    .replace(/[“”]/g, '"')
    .replace(/\s+/g, ' ')
    .trim();

/** What the publish boundary relies on, for every channel. */
export function describeChannelContract(
  name: string,
  subject: () => ChannelSubject,
  options: { network: boolean; replaces?: boolean },
): void {
  const make = (changes?: Parameters<typeof publicationOf>[0]): Publication =>
    (subject().adapt ?? ((same) => same))(publicationOf(changes));

  describe(`the contract of channels: ${name}`, () => {
    it('a probe finds the configuration usable', async () => {
      const { channel, config } = subject();
      expect(await channel.probe(config, signal)).toMatchObject({ usable: true, problems: [] });
    });

    it('a published text is found, with the same id and address', async () => {
      const { channel, config, count } = subject();
      const publication = make({ cover: COVER });
      expect(await channel.find(publication, config, signal)).toEqual({ state: 'absent' });
      const { outcome, externalId, externalUrl, warnings } = await channel.publish(publication, config, signal);
      expect([outcome, warnings]).toEqual(['published', []]);
      expect(await channel.find(publication, config, signal)).toEqual({ state: 'found', outcome, externalId, externalUrl });
      expect(await count(publication)).toBe(1);
    });

    it('a second publication makes no second post', async () => {
      const { channel, config, count } = subject();
      const publication = make();
      const first = await channel.publish(publication, config, signal);
      expect(await channel.publish(publication, config, signal)).toMatchObject({ ...first });
      expect(await count(publication)).toBe(1);
    });

    if (options.replaces !== false) {
      it('a new version replaces the post', async () => {
        const { channel, config, count, titleOf } = subject();
        const first = make();
        await channel.publish(first, config, signal);
        const second = nextVersion(first, { title: 'Tides, second edition' });
        expect(await channel.find(second, config, signal)).toEqual({ state: 'absent' });
        await channel.publish(second, config, signal);
        expect(await channel.find(second, config, signal)).toMatchObject({ state: 'found', outcome: 'published' });
        expect(await channel.find(first, config, signal)).toEqual({ state: 'absent' });
        expect([await count(second), await titleOf(second)]).toEqual([1, 'Tides, second edition']);
      });
    }

    it('a hostile title arrives as it is', async () => {
      const { channel, config, titleOf } = subject();
      const publication = make({ title: HOSTILE_TITLE });
      await channel.publish(publication, config, signal);
      expect(collapsed(await titleOf(publication))).toBe(collapsed(HOSTILE_TITLE));
    });

    it('the AI label is on the page, in both languages', async () => {
      const { channel, config } = subject();
      const contentId = '0195e5c0-0000-7000-8000-0000000000aa';
      const facts = {
        model: 'm',
        provider: 'p',
        generatedAt: null,
        reviewedBy: null,
        reviewedAt: null,
        responsible: null,
        producer: 'Press "A"',
      };
      const zh = createAiLabel({ level: 'assisted', language: 'zh', contentId, position: 'end', ...facts });
      for (const publication of [make(), make({ contentId, language: 'zh', title: '潮汐', aiLabel: zh })]) {
        const { externalUrl } = await channel.publish(publication, config, signal);
        expect(await channel.verifyLabel(publication, externalUrl, config, signal)).toEqual({ state: 'found' });
        const other = { ...publication.package.aiLabel, visibleText: 'Written by AI, generated.', aigc: null };
        const unlabelled = {
          ...publication,
          package: { ...publication.package, aiLabel: { ...other, aigc: { ...zh.aigc, ProduceID: 'x' } } },
        } as Publication;
        expect(await channel.verifyLabel(unlabelled, externalUrl, config, signal)).toEqual({
          state: 'missing',
          visible: false,
          machineReadable: false,
        });
      }
    });

    it('a text without a model needs no label', async () => {
      const { channel, config } = subject();
      const none = { model: null, provider: null, generatedAt: null, reviewedBy: null, reviewedAt: null, responsible: null };
      const publication = make({ aiLabel: createAiLabel({ level: 'none', language: 'en', contentId: 'x', producer: 'p', ...none }) });
      const { externalUrl } = await channel.publish(publication, config, signal);
      expect(await channel.verifyLabel(publication, externalUrl, config, signal)).toEqual({ state: 'not_needed' });
    });

    it('a draft says that it is one', async () => {
      const { channel, config } = subject();
      if (!channel.describe().modes.includes('draft')) return;
      const publication = make();
      const receipt = await channel.publish(publication, { ...config, mode: 'draft' }, signal);
      expect(receipt).toMatchObject({ outcome: 'draft_created' });
      expect(await channel.find(publication, { ...config, mode: 'draft' }, signal)).toMatchObject({
        state: 'found',
        outcome: 'draft_created',
      });
    });

    if (!options.network) return;
    const network = (): NonNullable<ChannelSubject['network']> => subject().network as NonNullable<ChannelSubject['network']>;

    it.each(['lose_answer', 'bad_gateway'] as const)('%s: the outcome is unknown, and a search settles it', async (kind) => {
      const { channel, config, count } = subject();
      const publication = make();
      network().spoilNext(kind);
      const error = await failure(channel.publish(publication, config, signal));
      expect(error).toBeInstanceOf(ChannelError);
      expect(error).toMatchObject({ kind: 'outcome_unknown', permanent: false });
      const found = await channel.find(publication, config, signal);
      expect(found).toMatchObject({ state: 'found', outcome: 'published' });
      const again = await channel.publish(publication, config, signal);
      expect(again).toMatchObject({ outcome: 'published', externalId: (found as { externalId: string }).externalId });
      expect(await count(publication)).toBe(1);
    });

    it('a stop before the request: nothing was sent', async () => {
      const { channel, config } = subject();
      const error = await failure(channel.publish(make(), config, AbortSignal.abort()));
      expect(error).toMatchObject({ kind: 'not_sent', code: 'aborted', permanent: false });
    });

    it('a refused connection: nothing was sent, and a retry may help', async () => {
      const { channel } = subject();
      const error = await failure(channel.publish(make(), network().unreachable, signal));
      expect(error).toBeInstanceOf(ChannelError);
      expect(error).toMatchObject({ kind: 'not_sent', code: 'connection_failed', permanent: false });
    });

    it('refused credentials: nothing was sent, and the error names the member and the variable', async () => {
      const { channel } = subject();
      const { config, pointer } = network().refused;
      const publication = make();
      const error = await failure(channel.publish(publication, config, signal));
      expect(error).toMatchObject({ kind: 'not_sent', code: 'credentials_refused', permanent: true, pointer });
      expect((error as Error).message).toContain('CHANNEL_WRONG');
      expect((error as Error).message).not.toContain('canary');
    });
  });
}

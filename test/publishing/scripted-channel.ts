import {
  Channel,
  type ChannelConfig,
  type ChannelDescription,
  type ChannelProbe,
  type FindResult,
  type LabelCheck,
  type Publication,
  type PublishReceipt,
} from '../../src/channels/channel.ts';
import { notSent, outcomeUnknown, rejected } from '../../src/channels/channel-error.ts';
import { configSchema } from '../../src/channels/channel-config.ts';

/**
 * What the next call does. `lost`: the post is made and the answer does not arrive. `vanished`: no post, and no answer.
 * `hangs`: the post is made when `release` is called.
 */
export type Behaviour = 'answers' | 'lost' | 'vanished' | 'refused' | 'busy' | 'hangs';

/** A channel whose calls behave as the test says. It counts the posts of each content. */
export class ScriptedChannel extends Channel {
  readonly posts: { contentId: string; version: number; title: string }[] = [];
  /** Per content: the behaviour of its next calls; `answers` when none is left. */
  readonly script = new Map<string, Behaviour[]>();
  readonly blind = new Set<string>();
  calls = 0;
  private releases: (() => void)[] = [];

  override describe(): ChannelDescription {
    return { description: 'for tests', needsNetwork: true, modes: ['publish'], configSchema: configSchema(['publish'], {}) };
  }

  override async probe(): Promise<ChannelProbe> {
    return { usable: true, identity: 'test', problems: [] };
  }

  override async publish({ package: content }: Publication, _config: ChannelConfig): Promise<PublishReceipt> {
    this.calls += 1;
    const { contentId, version, title } = content;
    const post = () => this.posts.push({ contentId, version, title });
    switch (this.script.get(contentId)?.shift() ?? 'answers') {
      case 'refused':
        throw rejected('no_credentials', 'The password is wrong.', { pointer: '/password' });
      case 'busy':
        throw notSent('unreachable', 'Connection refused.');
      case 'vanished':
        throw outcomeUnknown('timeout', 'No answer in 300 s.');
      case 'lost':
        post();
        throw outcomeUnknown('reset', 'The connection was reset.');
      case 'hangs':
        await new Promise<void>((resolve) => this.releases.push(resolve));
        post();
        break;
      case 'answers':
        post();
    }
    return { outcome: 'published', externalId: contentId, externalUrl: this.urlOf(contentId), warnings: [] };
  }

  override async find({ package: { contentId } }: Publication): Promise<FindResult> {
    if (this.blind.has(contentId)) return { state: 'cannot_tell', reason: 'the list of posts is closed' };
    if (!this.posts.some((post) => post.contentId === contentId)) return { state: 'absent' };
    return { state: 'found', outcome: 'published', externalId: contentId, externalUrl: this.urlOf(contentId) };
  }

  override async verifyLabel(): Promise<LabelCheck> {
    return { state: 'not_needed' };
  }

  postsOf(contentId: string): number {
    return this.posts.filter((post) => post.contentId === contentId).length;
  }

  release(): void {
    for (const release of this.releases.splice(0)) release();
  }

  private urlOf(contentId: string): string {
    return `https://blog.example.org/${contentId}`;
  }
}

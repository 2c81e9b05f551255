import { Injectable } from '@nestjs/common';
import { planOf } from '../../../core/publishing/publishing.ts';
import { localTimeOf, nextFreeSlot } from '../../../core/publishing/slots.ts';
import { CreationError } from '../../../creators/creation-error.ts';
import { CreatorRegistry } from '../../../creators/creator.registry.ts';
import type { Source } from '../../../creators/creator.ts';
import { SourcePolicy } from '../../../creators/offline/source-policy.ts';
import { SourceReader } from '../../../creators/offline/source-reader.ts';
import { ProblemError } from '../../../platform/http/problem.ts';
import { type AccountChannel, AccountChannelService } from '../../publishing/account-channel.service.ts';
import type { Account } from '../account.entity.ts';
import { type AccountCheck, accountChecks, type AccountFacts } from './account-checks.ts';

/** Per source; sources are read in parallel. Below the HTTP request timeout. */
const READ_MS = 15_000;

/** Checks the creator, sources, channels and slots of an account: asks the creator and the channels, and reads the sources. Changes nothing. */
@Injectable()
export class AccountCheckService {
  constructor(
    private readonly creators: CreatorRegistry,
    private readonly channels: AccountChannelService,
    private readonly policy: SourcePolicy,
    private readonly reader: SourceReader,
  ) {}

  async check(account: Account): Promise<AccountCheck[]> {
    const { status, creator: name, creatorOptions, publishing, publishingPaused, timeZone } = account;
    const creator = this.creators.find(name);
    const [creatorHealth, channels, sources] = await Promise.all([
      creator && this.creators.health(creator),
      this.channelsOf(account),
      Promise.all(account.sources.map((source) => this.sourceOf(source))),
    ]);
    const slot = nextFreeSlot(planOf(publishing, timeZone), new Date(), []);
    return accountChecks({
      status,
      creator: name,
      creatorHealth,
      knownCreators: this.creators.names(),
      optionFaults: creator?.options.faults(creatorOptions, '/creatorOptions').map(({ pointer, detail }) => `${pointer} ${detail}`) ?? [],
      channels,
      publishing: {
        paused: publishingPaused,
        autoPublish: publishing.autoPublish === true,
        nextSlot: slot && localTimeOf(slot, timeZone),
      },
      sources,
    });
  }

  private async channelsOf({ id }: Account): Promise<AccountFacts['channels']> {
    const channels = await this.channels.list(id);
    return Promise.all(
      channels.map(async (channel) => {
        const { name, enabled } = channel;
        return { name, enabled, probe: enabled ? await this.probe(channel) : null };
      }),
    );
  }

  /** A stored configuration that a newer version of the channel does not accept is a finding, not an error of the request. */
  private async probe(channel: AccountChannel): Promise<AccountFacts['channels'][number]['probe']> {
    try {
      return await this.channels.probe(channel);
    } catch (error) {
      const problems = error instanceof ProblemError ? error.errors : [];
      const detail = error instanceof Error ? error.message : String(error);
      return { usable: false, identity: null, problems: problems.length > 0 ? problems : [{ pointer: null, code: 'unreachable', detail }] };
    }
  }

  private async sourceOf(source: Source): Promise<AccountFacts['sources'][number]> {
    const { type, name, location } = source;
    return { label: name ?? location ?? type, fault: await this.faultOf(source) };
  }

  /** Tables are not read: their columns depend on the request. */
  private async faultOf(source: Source): Promise<string | null> {
    const [unusable] = await this.policy.findUnusable([source]);
    if (unusable !== undefined) return `${unusable.member} ${unusable.detail}`;
    if (source.type === 'data') return null;
    const signal = AbortSignal.timeout(READ_MS);
    try {
      const { unread } = await this.reader.read([source], signal);
      return unread[0]?.detail ?? null;
    } catch (error) {
      if (signal.aborted) return `it was not read within ${READ_MS / 1_000} s`;
      if (error instanceof CreationError) return error.message;
      throw error;
    }
  }
}

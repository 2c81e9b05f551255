import { Injectable } from '@nestjs/common';
import { newId } from '../../platform/ids/new-id.ts';
import { ChannelConfigError, parseChannelConfig } from '../../channels/channel-config.ts';
import type { ChannelConfig, ChannelProbe } from '../../channels/channel.ts';
import { ChannelRegistry } from '../../channels/channel.registry.ts';
import { closest } from '../../core/text/closest.ts';
import { executorOf, Pools, type SqlExecutor } from '../../platform/database/pools.ts';
import { isUniqueViolation } from '../../platform/database/unique-violation.ts';
import { versionChanged } from '../../platform/http/etag.ts';
import { ProblemError } from '../../platform/http/problem.ts';
import { isUuid } from '../../platform/http/uuid.ts';
import { DELETE_CHANNEL, INSERT_CHANNEL, SELECT_CHANNEL, SELECT_CHANNELS, UPDATE_CHANNEL } from './account-channel.sql.ts';

/** A configured channel of an account. */
export interface AccountChannel {
  readonly id: string;
  readonly accountId: string;
  /** Unique within the account. */
  readonly name: string;
  /** In the registry of channels. */
  readonly kind: string;
  readonly config: ChannelConfig;
  readonly enabled: boolean;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface ChannelChanges {
  readonly name?: string;
  readonly config?: object;
  readonly enabled?: boolean;
}

const PROBE_TIMEOUT_MS = 20_000;

@Injectable()
export class AccountChannelService {
  private readonly sql: SqlExecutor;

  constructor(
    pools: Pools,
    private readonly registry: ChannelRegistry,
  ) {
    this.sql = executorOf(pools.api);
  }

  list(accountId: string): Promise<AccountChannel[]> {
    return this.sql.query<AccountChannel>(SELECT_CHANNELS, [accountId]);
  }

  async get(accountId: string, id: string): Promise<AccountChannel> {
    const [channel] = isUuid(id) ? await this.sql.query<AccountChannel>(SELECT_CHANNEL, [accountId, id]) : [];
    if (!channel)
      throw ProblemError.notFound('channel_not_found', `The account has no channel "${id.slice(0, 100)}".`, {
        detail: 'GET /accounts/{id}/channels lists all.',
      });
    return channel;
  }

  /** The channels with these names or ids; all that are enabled without any. */
  async choose(accountId: string, wanted: readonly string[] | undefined): Promise<AccountChannel[]> {
    const all = await this.list(accountId);
    const chosen = wanted?.map(
      (name, i) => all.find((channel) => channel.name === name || channel.id === name) ?? unknownChannel(name, i, all),
    );
    const channels = chosen ?? all.filter(({ enabled }) => enabled);
    if (channels.length > 0) return channels;
    throw ProblemError.conflict('no_channel', 'The account has no enabled channel.', {
      detail: 'Add one with POST /accounts/{id}/channels.',
    });
  }

  async create(
    accountId: string,
    { name, kind, config, enabled = true }: { name: string; kind: string; config: object; enabled?: boolean },
  ): Promise<AccountChannel> {
    const values = [newId(), accountId, name, kind, JSON.stringify(this.parse(kind, config)), enabled];
    const [channel] = await nameTaken(name, this.sql.query<AccountChannel>(INSERT_CHANNEL, values));
    return channel as AccountChannel;
  }

  async update(channel: AccountChannel, changes: ChannelChanges): Promise<AccountChannel> {
    const { name, enabled } = { ...channel, ...changes };
    const config = changes.config === undefined ? channel.config : this.parse(channel.kind, changes.config);
    const values = [channel.id, channel.version, name, JSON.stringify(config), enabled];
    const [stored] = await nameTaken(name, this.sql.query<AccountChannel>(UPDATE_CHANNEL, values));
    if (!stored) throw versionChanged((await this.get(channel.accountId, channel.id)).version);
    return stored;
  }

  async remove({ id, name }: AccountChannel): Promise<void> {
    const removed = await this.sql.query(DELETE_CHANNEL, [id]);
    if (removed.length > 0) return;
    throw ProblemError.conflict('channel_in_use', `The pool has entries of the channel "${name}".`, {
      detail: 'Disable it instead: its history stays.',
    });
  }

  /** Asks the channel whether its configuration works now. */
  async probe({ kind, config }: AccountChannel): Promise<ChannelProbe> {
    const channel = this.registry.find(kind);
    if (!channel)
      return {
        usable: false,
        identity: null,
        problems: [{ pointer: null, code: 'channel_unknown', detail: `This server has no channel "${kind}".` }],
      };
    return channel.probe(this.parse(kind, config), AbortSignal.timeout(PROBE_TIMEOUT_MS));
  }

  private parse(kind: string, config: unknown): ChannelConfig {
    const channel = this.registry.find(kind);
    if (!channel) {
      const kinds = this.registry.list().map((one) => one.kind);
      const near = closest(kind, kinds);
      const detail = near === null ? `Known are ${kinds.join(', ')}.` : `Did you mean "${near}"?`;
      throw ProblemError.unprocessable('channel_unknown', `There is no channel "${kind}".`, {
        detail,
        errors: [{ pointer: '/kind', code: 'channel_unknown', detail }],
      });
    }
    try {
      return parseChannelConfig(kind, channel, config);
    } catch (error) {
      if (!(error instanceof ChannelConfigError)) throw error;
      throw ProblemError.unprocessable('channel_config', `The configuration does not fit the channel "${kind}".`, {
        detail: 'GET /channels has its JSON schema.',
        errors: error.errors.map((one) => ({ ...one, pointer: `/config${one.pointer}` })),
        cause: error,
      });
    }
  }
}

function unknownChannel(name: string, index: number, all: readonly AccountChannel[]): never {
  const names = all.map((channel) => channel.name);
  const near = closest(name, names);
  const detail = near === null ? `Its channels are ${names.join(', ') || 'none'}.` : `Did you mean "${near}"?`;
  throw ProblemError.unprocessable('channel_not_found', `The account has no channel "${name}".`, {
    detail,
    errors: [{ pointer: `/channels/${index}`, code: 'channel_not_found', detail }],
  });
}

async function nameTaken<T>(name: string, write: Promise<T>): Promise<T> {
  try {
    return await write;
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw ProblemError.conflict('channel_name_taken', `The account has a channel named "${name}" already.`, {
      errors: [{ pointer: '/name', code: 'taken', detail: 'is taken, choose another' }],
    });
  }
}

import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { ConfigurationError } from '../platform/config/configuration-error.ts';
import type { Channel, ChannelDescription } from './channel.ts';
import { PublishChannel } from './publish-channel.decorator.ts';

export interface ListedChannel extends ChannelDescription {
  readonly kind: string;
}

/** The channels of this installation, by kind. */
@Injectable()
export class ChannelRegistry implements OnModuleInit {
  private readonly channels = new Map<string, Channel>();

  constructor(private readonly discovery: DiscoveryService) {}

  onModuleInit(): void {
    for (const wrapper of this.discovery.getProviders({ metadataKey: PublishChannel.KEY })) {
      const kind = this.discovery.getMetadataByDecorator(PublishChannel, wrapper);
      if (kind !== undefined) this.register(kind, wrapper.instance as Channel);
    }
  }

  find(kind: string): Channel | undefined {
    return this.channels.get(kind);
  }

  list(): ListedChannel[] {
    const kinds = [...this.channels.keys()].sort();
    return kinds.map((kind) => ({ kind, ...(this.channels.get(kind) as Channel).describe() }));
  }

  register(kind: string, channel: Channel): void {
    const known = this.channels.get(kind);
    if (known === channel) return;
    if (known) throw new ConfigurationError(`Two channels are marked @PublishChannel('${kind}'). Rename one.`);
    this.channels.set(kind, channel);
  }
}

import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { ConfigurationError } from '../platform/config/configuration-error.ts';
import { ContentCreator } from './content-creator.decorator.ts';
import type { Creator, CreatorDescription } from './creator.ts';

/** The creator of accounts that name no other. */
export const DEFAULT_CREATOR = 'offline';

export interface ListedCreator extends CreatorDescription {
  readonly name: string;
}

/** The creators of this installation, by name. */
@Injectable()
export class CreatorRegistry implements OnModuleInit {
  private readonly creators = new Map<string, Creator>();

  constructor(private readonly discovery: DiscoveryService) {}

  onModuleInit(): void {
    for (const wrapper of this.discovery.getProviders({ metadataKey: ContentCreator.KEY })) {
      const name = this.discovery.getMetadataByDecorator(ContentCreator, wrapper);
      if (name !== undefined) this.register(name, wrapper.instance as Creator);
    }
  }

  register(name: string, creator: Creator): void {
    const known = this.creators.get(name);
    if (known === creator) return;
    if (known) throw new ConfigurationError(`Two creators are marked @ContentCreator('${name}'). Rename one.`);
    this.creators.set(name, creator);
  }

  find(name: string): Creator | undefined {
    return this.creators.get(name);
  }

  names(): string[] {
    return [...this.creators.keys()].sort();
  }

  list(): ListedCreator[] {
    return this.names().map((name) => ({ name, ...(this.creators.get(name) as Creator).describe() }));
  }
}

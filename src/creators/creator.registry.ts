import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { ConfigurationError } from '../platform/config/configuration-error.ts';
import { ContentCreator } from './content-creator.decorator.ts';
import type { AnyCreator, CreatorDescription } from './creator.ts';
import { CreatorProbes, type ProbedHealth } from './creator-probes.ts';

/** The creator of accounts that name no other. */
export const DEFAULT_CREATOR = 'offline';

export interface ListedCreator extends CreatorDescription {
  readonly name: string;
  /** JSON schema of `creatorOptions`. */
  readonly optionsSchema: Record<string, unknown>;
  readonly health: ProbedHealth;
}

/** The creators of this installation, by name. */
@Injectable()
export class CreatorRegistry implements OnModuleInit {
  private readonly creators = new Map<string, AnyCreator>();
  private readonly probes = new CreatorProbes();

  constructor(private readonly discovery: DiscoveryService) {}

  onModuleInit(): void {
    for (const wrapper of this.discovery.getProviders({ metadataKey: ContentCreator.KEY })) {
      const name = this.discovery.getMetadataByDecorator(ContentCreator, wrapper);
      if (name !== undefined) this.register(name, wrapper.instance as AnyCreator);
    }
  }

  register(name: string, creator: AnyCreator): void {
    const known = this.creators.get(name);
    if (known === creator) return;
    if (known) throw new ConfigurationError(`Two creators are marked @ContentCreator('${name}'). Rename one.`);
    this.creators.set(name, creator);
  }

  find(name: string): AnyCreator | undefined {
    return this.creators.get(name);
  }

  names(): string[] {
    return [...this.creators.keys()].sort();
  }

  /** What the probe of a creator found, at most 30 s ago. */
  health(creator: AnyCreator): Promise<ProbedHealth> {
    return this.probes.health(creator, false);
  }

  /** All creators with what their probes found, at most 30 s ago; `refresh` probes now. */
  list({ refresh = false }: { refresh?: boolean } = {}): Promise<ListedCreator[]> {
    const listed = async (name: string): Promise<ListedCreator> => {
      const creator = this.creators.get(name) as AnyCreator;
      return { name, ...creator.describe(), optionsSchema: creator.options.schema, health: await this.probes.health(creator, refresh) };
    };
    return Promise.all(this.names().map(listed));
  }
}

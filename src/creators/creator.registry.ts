import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { orAborted } from '../platform/lifecycle/with-timeout.ts';
import { ConfigurationError } from '../platform/config/configuration-error.ts';
import { ContentCreator } from './content-creator.decorator.ts';
import type { AnyCreator, CreatorDescription, CreatorHealth } from './creator.ts';

/** The creator of accounts that name no other. */
export const DEFAULT_CREATOR = 'offline';

/** Time limit of one probe. */
const PROBE_MS = 3_000;

export interface ListedCreator extends CreatorDescription {
  readonly name: string;
  /** JSON schema of `creatorOptions`. */
  readonly optionsSchema: Record<string, unknown>;
  readonly health: CreatorHealth;
}

/** The creators of this installation, by name. */
@Injectable()
export class CreatorRegistry implements OnModuleInit {
  private readonly creators = new Map<string, AnyCreator>();

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

  /** All creators with what their probes found. */
  list(): Promise<ListedCreator[]> {
    const listed = async (name: string): Promise<ListedCreator> => {
      const creator = this.creators.get(name) as AnyCreator;
      return { name, ...creator.describe(), optionsSchema: creator.options.schema, health: await probed(creator) };
    };
    return Promise.all(this.names().map(listed));
  }
}

/** A probe that fails or exceeds its time limit gives a result with `usable: false`. */
async function probed(creator: AnyCreator): Promise<CreatorHealth> {
  const signal = AbortSignal.timeout(PROBE_MS);
  try {
    return await orAborted(signal, creator.probe(signal));
  } catch (error) {
    const why = signal.aborted ? `did not answer within ${PROBE_MS} ms` : error instanceof Error ? error.message : String(error);
    return { usable: false, code: 'unreachable', detail: why };
  }
}

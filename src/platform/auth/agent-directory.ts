import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';

export interface StoredAgent {
  readonly id: string;
  readonly name: string;
  /** The lease owner of its registration. */
  readonly leaseOwner: string;
  /** SHA-256 of its token. */
  readonly hash: Buffer;
}

/** Finds agents by the prefix of their token, beside the table of agents. */
export interface AgentTokenLookup {
  findByTokenPrefix(prefix: string): Promise<StoredAgent | null>;
}

/** Marks the provider that implements AgentTokenLookup. */
export const LooksUpAgentTokens = DiscoveryService.createDecorator<string>();

/** The agents of the layer that owns them. An application without that layer has none. */
@Injectable()
export class AgentDirectory implements OnModuleInit {
  private lookup: AgentTokenLookup | undefined;

  constructor(private readonly discovery: DiscoveryService) {}

  onModuleInit(): void {
    const [found] = this.discovery.getProviders({ metadataKey: LooksUpAgentTokens.KEY });
    this.lookup = found?.instance as AgentTokenLookup | undefined;
  }

  async findByTokenPrefix(prefix: string): Promise<StoredAgent | null> {
    return (await this.lookup?.findByTokenPrefix(prefix)) ?? null;
  }
}

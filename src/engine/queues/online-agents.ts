import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';

/** Reads the table of agents, which a higher module owns. */
export interface OnlineAgentReader {
  /** The capabilities of each remote agent that may get tasks now. */
  capabilitiesOnline(): Promise<readonly (readonly string[])[]>;
}

/** Marks the provider that implements OnlineAgentReader. */
export const ReadsOnlineAgents = DiscoveryService.createDecorator<string>();

/** The remote agents that are online. An application without the module of agents has none. */
@Injectable()
export class OnlineAgents implements OnModuleInit {
  private reader: OnlineAgentReader | undefined;

  constructor(private readonly discovery: DiscoveryService) {}

  onModuleInit(): void {
    const [found] = this.discovery.getProviders({ metadataKey: ReadsOnlineAgents.KEY });
    this.reader = found?.instance as OnlineAgentReader | undefined;
  }

  async capabilities(): Promise<readonly (readonly string[])[]> {
    return (await this.reader?.capabilitiesOnline()) ?? [];
  }
}

import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';

/** Says which accounts exist, beside the table of accounts. */
export interface AccountLookup {
  /** Those of the ids that are accounts, in lower case. */
  existing(ids: readonly string[]): Promise<readonly string[]>;
}

/** Marks the provider that implements AccountLookup. */
export const LooksUpAccounts = DiscoveryService.createDecorator<string>();

/** The accounts of the layer that owns them. An application without that layer has none. */
@Injectable()
export class AccountDirectory implements OnModuleInit {
  private lookup: AccountLookup | undefined;

  constructor(private readonly discovery: DiscoveryService) {}

  onModuleInit(): void {
    const [found] = this.discovery.getProviders({ metadataKey: LooksUpAccounts.KEY });
    this.lookup = found?.instance as AccountLookup | undefined;
  }

  async existing(ids: readonly string[]): Promise<ReadonlySet<string>> {
    return new Set(ids.length === 0 ? [] : await this.lookup?.existing(ids));
  }
}

import { DiscoveryService } from '@nestjs/core';

/** Deletes rows of one table that are older than their setting allows. The cleaner loop runs every rule, in any number of processes. */
export interface RetentionRule {
  /** One round. Ends early when the signal aborts. */
  clean(signal: AbortSignal): Promise<void>;
}

/** Marks a provider as a retention rule. The text is its name, for the log. */
export const CleansUp = DiscoveryService.createDecorator<string>();

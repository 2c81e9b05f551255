import type { FrozenPackage } from './publish-package.ts';

/** `draft` leaves the last step to a person at the channel, `publish` makes the text public. */
export type ChannelMode = 'draft' | 'publish';

/** What every channel configuration contains. */
export interface ChannelConfig {
  readonly mode: ChannelMode;
}

/** Reads the bytes of an image of a package by their SHA-256. */
export interface AssetReader {
  read(sha256: string): Promise<Uint8Array>;
}

/** One package for one channel. */
export interface Publication extends FrozenPackage {
  readonly assets: AssetReader;
}

/** `publish_submitted`: the channel accepted the text and publishes it later. */
export type PublishOutcome = 'published' | 'draft_created' | 'publish_submitted';

/** The stored post or draft at the channel. `externalUrl` is null for a draft without a public page. */
export interface PublishReceipt {
  readonly outcome: PublishOutcome;
  readonly externalId: string;
  readonly externalUrl: string | null;
  /** Parts of the request that the channel dropped although it accepted the rest. */
  readonly warnings: readonly string[];
}

/** Whether this version of the content is at the channel. */
export type FindResult =
  | { readonly state: 'found'; readonly outcome: PublishOutcome; readonly externalId: string; readonly externalUrl: string | null }
  | { readonly state: 'absent' }
  | { readonly state: 'cannot_tell'; readonly reason: string };

/** Whether the page shows the AI label. `not_needed`: the package has none. */
export type LabelCheck =
  | { readonly state: 'found' | 'not_needed' }
  | { readonly state: 'missing'; readonly visible: boolean; readonly machineReadable: boolean }
  | { readonly state: 'cannot_tell'; readonly reason: string };

export interface ProbeProblem {
  /** JSON pointer into the configuration; null when no member is to blame. */
  readonly pointer: string | null;
  readonly code: string;
  readonly detail: string;
}

/** Whether the channel can be used with this configuration. `identity` is the account that the credentials belong to. */
export interface ChannelProbe {
  readonly usable: boolean;
  readonly identity: string | null;
  readonly problems: readonly ProbeProblem[];
}

export interface ChannelDescription {
  readonly description: string;
  readonly needsNetwork: boolean;
  readonly modes: readonly ChannelMode[];
  /** JSON schema of the configuration. Members that end in `Variable` name an environment variable with a secret. */
  readonly configSchema: Readonly<Record<string, unknown>>;
}

/**
 * Publishes packages at one kind of target. `publish` and `find` are safe to call again: a text that is already there is
 * found by a key that is derived from the content id, and is not created a second time. Every failure of `publish` is a
 * ChannelError; a failure of the other methods is one with the kind `not_sent`, because they change nothing.
 */
export abstract class Channel<Config extends ChannelConfig = ChannelConfig> {
  abstract describe(): ChannelDescription;
  abstract probe(config: Config, signal: AbortSignal): Promise<ChannelProbe>;
  abstract publish(publication: Publication, config: Config, signal: AbortSignal): Promise<PublishReceipt>;
  abstract find(publication: Publication, config: Config, signal: AbortSignal): Promise<FindResult>;
  /** Reads the page at `url` again and searches the AI label of the package in it. */
  abstract verifyLabel(publication: Publication, url: string | null, config: Config, signal: AbortSignal): Promise<LabelCheck>;
}

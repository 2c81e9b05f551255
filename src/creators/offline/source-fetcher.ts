import type { SecretHeader } from '../creator.ts';

export interface FetchedText {
  text: string;
  /** The Content-Type header, empty when there was none. */
  contentType: string;
  /** The body is longer than `maxBytes`. */
  cut: boolean;
  /** The Last-Modified header, if there was one. */
  lastModified?: string;
}

/** Fetches a text over the network. The implementation decides which addresses are allowed. */
export abstract class SourceFetcher {
  abstract fetchText(url: string, maxBytes: number, signal: AbortSignal, headers?: readonly SecretHeader[]): Promise<FetchedText>;
}

export interface FetchedText {
  text: string;
  /** The Content-Type header, empty when there was none. */
  contentType: string;
  /** There is more than `maxBytes`. */
  cut: boolean;
}

/** Reads a text over the network. The implementation decides which addresses may be asked. */
export abstract class SourceFetcher {
  abstract fetchText(url: string, maxBytes: number, signal: AbortSignal): Promise<FetchedText>;
}

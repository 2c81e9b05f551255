/** Reads a text over the network; whoever implements it decides which addresses may be asked. */
export abstract class SourceFetcher {
  abstract fetchText(url: string, signal: AbortSignal): Promise<string>;
}

import { Injectable } from '@nestjs/common';
import { EgressClient } from '../../platform/egress/egress.client.ts';
import { EgressError } from '../../platform/egress/egress-error.ts';
import { Settings } from '../../platform/config/settings.ts';
import { CreationError } from '../creation-error.ts';
import type { SecretHeader } from '../creator.ts';
import { readSecretHeaders } from '../source-secrets.ts';
import { type FetchedText, SourceFetcher } from './source-fetcher.ts';

/** Fetches sources from the web through the egress client, which blocks private networks. */
@Injectable()
export class EgressSourceFetcher extends SourceFetcher {
  constructor(
    private readonly egress: EgressClient,
    private readonly settings: Settings,
  ) {
    super();
  }

  override async fetchText(
    url: string,
    maxBytes: number,
    signal: AbortSignal,
    secretHeaders: readonly SecretHeader[] = [],
  ): Promise<FetchedText> {
    const given = readSecretHeaders(this.settings, url, secretHeaders);
    try {
      const { text, headers, cut } = await this.egress.fetch(url, { maxBytes, allowCut: true, signal, headers: given });
      const lastModified = headers['last-modified'];
      return { text, contentType: headers['content-type'] ?? '', cut, ...(lastModified !== undefined && { lastModified }) };
    } catch (error) {
      if (!(error instanceof EgressError)) throw error;
      throw new CreationError(error.retryable ? 'transient' : 'invalid_input', `The source ${url} could not be read: ${error.message}`, {
        cause: error,
      });
    }
  }
}

import { Injectable } from '@nestjs/common';
import { EgressClient } from '../../platform/egress/egress.client.ts';
import { EgressError } from '../../platform/egress/egress-error.ts';
import { CreationError } from '../creation-error.ts';
import { SourceFetcher } from './source-fetcher.ts';

/** Sources on the web, through the one door that keeps out of private networks. */
@Injectable()
export class EgressSourceFetcher extends SourceFetcher {
  constructor(private readonly egress: EgressClient) {
    super();
  }

  override async fetchText(url: string, signal: AbortSignal): Promise<string> {
    try {
      return await this.egress.fetchText(url, { signal });
    } catch (error) {
      if (!(error instanceof EgressError)) throw error;
      throw new CreationError(error.retryable ? 'transient' : 'invalid_input', `The source ${url} could not be read: ${error.message}`, {
        cause: error,
      });
    }
  }
}

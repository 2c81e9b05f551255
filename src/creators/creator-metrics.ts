import { Injectable } from '@nestjs/common';
import { Metrics } from '../platform/telemetry/metrics.ts';
import { CreationError } from './creation-error.ts';
import type { TokenPrice, TokenUsage } from './llm/token-usage.ts';
import { costOf } from './llm/token-usage.ts';

export interface ProviderUsage {
  readonly creator: string;
  readonly provider: string;
  readonly usage: TokenUsage;
  readonly price: TokenPrice | null;
}

/** Counts calls of creators and the tokens and costs of models. Names of creators and providers are configured, those of models are not. */
@Injectable()
export class CreatorMetrics {
  private readonly calls;
  private readonly tokens;
  private readonly cost;

  constructor(metrics: Metrics) {
    this.calls = metrics.counter(
      'contenthub_creator_calls_total',
      'Calls of creators by this process. result: ok, or the code of the error.',
      ['creator', 'call', 'result'],
    );
    this.tokens = metrics.counter(
      'contenthub_creator_tokens_total',
      'Tokens of models, as reported, or estimated where a provider reports none.',
      ['creator', 'provider', 'kind'],
    );
    this.cost = metrics.counter('contenthub_creator_cost_total', 'Costs of models in the currency of the configured price.', [
      'creator',
      'provider',
      'currency',
    ]);
  }

  /** Resolves or rejects as `called` does. */
  async counted<T>(creator: string, call: 'create' | 'submit' | 'status', called: Promise<T>): Promise<T> {
    try {
      const answer = await called;
      this.calls.inc({ creator, call, result: 'ok' });
      return answer;
    } catch (error) {
      this.calls.inc({ creator, call, result: error instanceof CreationError ? error.code : 'other' });
      throw error;
    }
  }

  used({ creator, provider, usage, price }: ProviderUsage): void {
    this.tokens.inc({ creator, provider, kind: 'prompt' }, usage.promptTokens);
    this.tokens.inc({ creator, provider, kind: 'completion' }, usage.completionTokens);
    const cost = costOf(usage, price);
    if (price !== null && cost !== null) this.cost.inc({ creator, provider, currency: price.currency }, cost);
  }
}

import { CreatorMetrics } from '../../src/creators/creator-metrics.ts';
import { ChatClient } from '../../src/creators/llm/chat-client.ts';
import { CircuitBreaker } from '../../src/creators/llm/circuit-breaker.ts';
import { egressFetch } from '../../src/creators/llm/egress-fetch.ts';
import { JsonModes } from '../../src/creators/llm/json-modes.ts';
import { LlmCreator } from '../../src/creators/llm/llm-creator.ts';
import { PromptTemplateStore } from '../../src/creators/llm/prompts/prompt-template.store.ts';
import type { LlmProvider } from '../../src/creators/llm/provider-config.ts';
import { UsageLedger } from '../../src/creators/budgets/usage-ledger.ts';
import { SourceFetcher } from '../../src/creators/offline/source-fetcher.ts';
import { loadSettings } from '../../src/platform/config/settings.ts';
import { Pools } from '../../src/platform/database/pools.ts';
import { Metrics } from '../../src/platform/telemetry/metrics.ts';
import { EgressClient } from '../../src/platform/egress/egress.client.ts';
import { createTestDatabase } from '../support/test-database.ts';
import { SOURCE_ROOT } from './creator-runs.ts';

export class NoNetwork extends SourceFetcher {
  override fetchText(): never {
    throw new Error('no network in this suite');
  }
}

export const KEY = 'sk-canary-0123456789';

const UNLIMITED = { prices: new Map(), maxCallCost: null, maxOutputTokens: null };

export function providerAt(baseUrl: string, changes: Partial<LlmProvider> = {}): LlmProvider {
  const price = { input: 1, output: 2, currency: 'USD' };
  return { name: 'stub', baseUrl, apiKey: KEY, keyFrom: 'LLM_API_KEY', model: 'small', models: {}, price, ...UNLIMITED, ...changes };
}

/** The llm creator on a new database, without the application. */
export class LlmHarness {
  private constructor(
    readonly pools: Pools,
    private readonly drop: () => Promise<void>,
  ) {}

  static async start(): Promise<LlmHarness> {
    const database = await createTestDatabase();
    return new LlmHarness(new Pools({ url: database.url, apiSize: 2 }), () => database.drop());
  }

  creator(providers: readonly LlmProvider[], { idleMs = 5_000, callMs = 20_000 } = {}): LlmCreator {
    const allowed = providers.map(({ baseUrl }) => new URL(baseUrl).host);
    const egress = EgressClient.allowing(loadSettings({}), allowed);
    const options = { fetch: egressFetch(egress, idleMs), modes: new JsonModes(), callMs };
    const { pools } = this;
    const ports = {
      circuits: new CircuitBreaker(pools),
      ledger: new UsageLedger(pools),
      prompts: new PromptTemplateStore(pools),
      metrics: new CreatorMetrics(new Metrics()),
    };
    const clients = providers.map((provider) => new ChatClient(provider, options));
    return new LlmCreator('llm', clients, { ...ports, fetcher: new NoNetwork(), sourceRoots: [SOURCE_ROOT] });
  }

  async sql<Row extends object>(text: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.pools.api.query<Row>(text, values)).rows;
  }

  async stop(): Promise<void> {
    await this.pools.close();
    await this.drop();
  }
}

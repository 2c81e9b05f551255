import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Settings } from '../../platform/config/settings.ts';
import { EgressClient } from '../../platform/egress/egress.client.ts';
import { CreatorMetrics } from '../creator-metrics.ts';
import { CreatorRegistry } from '../creator.registry.ts';
import { SourceFetcher } from '../offline/source-fetcher.ts';
import { ChatClient } from './chat-client.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import { egressFetch } from './egress-fetch.ts';
import { JsonModes } from './json-modes.ts';
import { LlmCreator } from './llm-creator.ts';
import { PromptTemplateStore } from './prompts/prompt-template.store.ts';
import { readLlmCreators } from './provider-config.ts';
import { UsageLedger } from '../budgets/usage-ledger.ts';

/** Registers one creator for each entry of the configuration, all on the same circuits, ledger and prompts. */
@Injectable()
export class LlmCreatorLoader implements OnModuleInit {
  private names: readonly string[] = [];

  constructor(
    private readonly settings: Settings,
    private readonly registry: CreatorRegistry,
    private readonly circuits: CircuitBreaker,
    private readonly ledger: UsageLedger,
    private readonly prompts: PromptTemplateStore,
    private readonly fetcher: SourceFetcher,
    private readonly metrics: CreatorMetrics,
  ) {}

  /** The names of all providers. */
  get providers(): readonly string[] {
    return this.names;
  }

  onModuleInit(): void {
    const { settings, circuits, ledger, prompts, fetcher, metrics } = this;
    const creators = readLlmCreators(settings);
    this.names = [...new Set([...creators.values()].flat().map(({ name }) => name))];
    // The operator chose these addresses, so they may be private; all other rules of the egress client hold.
    const egress = EgressClient.allowing(
      settings,
      [...creators.values()].flat().map(({ baseUrl }) => hostAndPort(baseUrl)),
    );
    const options = {
      fetch: egressFetch(egress, settings.llmIdleTimeout * 1_000),
      modes: new JsonModes(),
      callMs: settings.llmCallTimeout * 1_000,
    };
    for (const [name, providers] of creators) {
      const clients = providers.map((provider) => new ChatClient(provider, options));
      this.registry.register(
        name,
        new LlmCreator(name, clients, { circuits, ledger, metrics, prompts, fetcher, sourceRoots: settings.sourceRoots }),
      );
    }
  }
}

function hostAndPort(address: string): string {
  const { protocol, hostname, port } = new URL(address);
  return `${hostname}:${port || (protocol === 'https:' ? '443' : '80')}`;
}

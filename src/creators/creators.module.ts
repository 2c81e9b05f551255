import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { Settings } from '../platform/config/settings.ts';
import { EgressClient } from '../platform/egress/egress.client.ts';
import { CreatorMetrics } from './creator-metrics.ts';
import { CreatorRegistry } from './creator.registry.ts';
import { CliCreatorLoader } from './cli/cli-creator-loader.ts';
import { HttpCreatorLoader } from './http/http-creator-loader.ts';
import { BudgetStore } from './budgets/budget-store.ts';
import { UsageLedger } from './budgets/usage-ledger.ts';
import { UsageReport } from './budgets/usage-report.ts';
import { CircuitBreaker } from './llm/circuit-breaker.ts';
import { LlmCreatorLoader } from './llm/llm-creator-loader.ts';
import { PromptTemplateStore } from './llm/prompts/prompt-template.store.ts';
import { EgressSourceFetcher } from './offline/egress-source-fetcher.ts';
import { OfflineCreator, OfflineCreatorConfig } from './offline/offline-creator.ts';
import { SourceFetcher } from './offline/source-fetcher.ts';
import { SourceReader } from './offline/source-reader.ts';
import { SourcePolicy } from './offline/source-policy.ts';
import { SimulatedAsyncCreator } from './simulated/simulated-async-creator.ts';
import { SimulatedCreator } from './simulated/simulated-creator.ts';

/** Provides the creators of this installation and the check of its sources. */
@Module({
  imports: [DiscoveryModule],
  providers: [
    { provide: EgressClient, inject: [Settings], useFactory: (settings: Settings) => new EgressClient(settings) },
    { provide: SourceFetcher, useClass: EgressSourceFetcher },
    {
      provide: OfflineCreatorConfig,
      inject: [Settings],
      useFactory: (settings: Settings) => new OfflineCreatorConfig(settings.sourceRoots),
    },
    SourcePolicy,
    SourceReader,
    OfflineCreator,
    SimulatedCreator,
    SimulatedAsyncCreator,
    CreatorMetrics,
    CircuitBreaker,
    UsageLedger,
    UsageReport,
    BudgetStore,
    PromptTemplateStore,
    LlmCreatorLoader,
    CliCreatorLoader,
    HttpCreatorLoader,
    CreatorRegistry,
  ],
  exports: [
    CreatorMetrics,
    CreatorRegistry,
    PromptTemplateStore,
    SourcePolicy,
    SourceReader,
    UsageLedger,
    UsageReport,
    BudgetStore,
    LlmCreatorLoader,
  ],
})
export class CreatorsModule {}

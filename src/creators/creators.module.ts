import { Module } from '@nestjs/common';
import { Settings } from '../platform/config/settings.ts';
import { EgressClient } from '../platform/egress/egress.client.ts';
import { Creator } from './creator.ts';
import { EgressSourceFetcher } from './offline/egress-source-fetcher.ts';
import { OfflineCreator, OfflineCreatorConfig } from './offline/offline-creator.ts';
import { SourceFetcher } from './offline/source-fetcher.ts';
import { SourcePolicy } from './offline/source-policy.ts';

/** Provides the creator of this installation and the check of its sources. */
@Module({
  providers: [
    { provide: EgressClient, inject: [Settings], useFactory: (settings: Settings) => new EgressClient(settings) },
    { provide: SourceFetcher, useClass: EgressSourceFetcher },
    {
      provide: OfflineCreatorConfig,
      inject: [Settings],
      useFactory: (settings: Settings) => new OfflineCreatorConfig(settings.sourceRoots),
    },
    SourcePolicy,
    { provide: Creator, useClass: OfflineCreator },
  ],
  exports: [Creator, SourcePolicy],
})
export class CreatorsModule {}

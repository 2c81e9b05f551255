import { Module } from '@nestjs/common';
import { executorOf, Pools } from '../platform/database/pools.ts';
import { sharedSecret } from '../platform/database/shared-secret.ts';
import { AccountsController } from './accounts/accounts.controller.ts';
import { ChannelsModule } from '../channels/channels.module.ts';
import { ContentModule } from './content.module.ts';
import { ContentPresenter } from './contents/content-presenter.ts';
import { ContentsController } from './contents/contents.controller.ts';
import { CreatorsController } from './creators/creators.controller.ts';
import { PromptsController } from './creators/prompts.controller.ts';
import { PreviewLinks } from './contents/preview-link.ts';
import { VersionsController } from './contents/versions.controller.ts';
import { CreatorCallbacksController } from './generation/creator-callbacks.controller.ts';
import { ContentTasksController } from './generation/content-tasks.controller.ts';
import { RewritesController } from './generation/rewrites.controller.ts';
import { AccountChannelsController } from './publishing/account-channels.controller.ts';
import { FeedsController } from './publishing/feeds.controller.ts';
import { PoolController } from './publishing/pool.controller.ts';
import { ReviewsController } from './review/reviews.controller.ts';

/** The HTTP API of accounts, content tasks, contents and reviews, for the api role. */
@Module({
  imports: [ContentModule, ChannelsModule],
  providers: [
    {
      provide: PreviewLinks,
      inject: [Pools],
      useFactory: async (pools: Pools) => new PreviewLinks(await sharedSecret(executorOf(pools.api), 'preview-links')),
    },
    ContentPresenter,
  ],
  controllers: [
    AccountsController,
    CreatorsController,
    PromptsController,
    ContentTasksController,
    CreatorCallbacksController,
    ContentsController,
    VersionsController,
    ReviewsController,
    RewritesController,
    AccountChannelsController,
    PoolController,
    FeedsController,
  ],
})
export class ContentApiModule {}

import { Module } from '@nestjs/common';
import { executorOf, Pools } from '../platform/database/pools.ts';
import { sharedSecret } from '../platform/database/shared-secret.ts';
import { AccountCheckController } from './accounts/check/account-check.controller.ts';
import { AccountCheckService } from './accounts/check/account-check.service.ts';
import { AccountFilesController } from './accounts/yaml/account-files.controller.ts';
import { AccountImportService } from './accounts/yaml/account-import.service.ts';
import { AccountsController } from './accounts/accounts.controller.ts';
import { SourceCheckService } from './accounts/sources/source-check.service.ts';
import { SourcesController } from './accounts/sources/sources.controller.ts';
import { AttachmentsController } from './attachments/attachments.controller.ts';
import { BudgetsController } from './budgets/budgets.controller.ts';
import { UsageController } from './budgets/usage.controller.ts';
import { ChannelsModule } from '../channels/channels.module.ts';
import { ContentModule } from './content.module.ts';
import { ContentCounts } from './contents/content-counts.ts';
import { ContentPresenter } from './contents/content-presenter.ts';
import { ContentsController } from './contents/contents.controller.ts';
import { CreatorsController } from './creators/creators.controller.ts';
import { PromptsController } from './creators/prompts.controller.ts';
import { PreviewLinks } from './contents/preview-link.ts';
import { VersionsController } from './contents/versions.controller.ts';
import { CreatorCallbacksController } from './generation/creator-callbacks.controller.ts';
import { ContentTasksController } from './generation/content-tasks.controller.ts';
import { CreatorWorkController } from './generation/creator-work.controller.ts';
import { RewritesController } from './generation/rewrites.controller.ts';
import { AccountChannelsController } from './publishing/account-channels.controller.ts';
import { FeedsController } from './publishing/feeds.controller.ts';
import { PoolController } from './publishing/pool.controller.ts';
import { PresenceService } from './review/presence.service.ts';
import { UndoController } from './review/undo.controller.ts';
import { UndoService } from './review/undo.service.ts';
import { ReviewsController } from './review/reviews.controller.ts';
import { TopicIntakeController } from './topics/topic-intake.controller.ts';
import { TopicsController } from './topics/topics.controller.ts';

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
    ContentCounts,
    UndoService,
    PresenceService,
    AccountImportService,
    AccountCheckService,
    SourceCheckService,
  ],
  controllers: [
    AccountFilesController, // before :id
    AccountsController,
    AccountCheckController,
    SourcesController,
    BudgetsController,
    UsageController,
    CreatorsController,
    PromptsController,
    ContentTasksController,
    CreatorWorkController,
    TopicsController,
    TopicIntakeController,
    CreatorCallbacksController,
    ContentsController,
    VersionsController,
    AttachmentsController,
    ReviewsController,
    UndoController,
    RewritesController,
    AccountChannelsController,
    PoolController,
    FeedsController,
  ],
})
export class ContentApiModule {}

import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CreatorsModule } from '../creators/creators.module.ts';
import { EgressClient } from '../platform/egress/egress.client.ts';
import { ResultsModule } from '../results/results.module.ts';
import { TasksModule } from '../tasks/tasks.module.ts';
import { Account } from './accounts/account.entity.ts';
import { AccountService } from './accounts/account.service.ts';
import { AttachmentPreview } from './attachments/attachment-preview.ts';
import { AttachmentService } from './attachments/attachment.service.ts';
import { AttachmentStore } from './attachments/attachment.store.ts';
import { UnusedFileRetention } from './attachments/unused-file.retention.ts';
import { BudgetLoop } from './budgets/budget.loop.ts';
import { BudgetService } from './budgets/budget.service.ts';
import { BudgetWaitService } from './budgets/budget-wait.service.ts';
import { BudgetWarningReporter } from './budgets/budget-warning.reporter.ts';
import { SENSITIVE_WORDS } from './checks/sensitive-word-list.ts';
import { Content } from './contents/content.entity.ts';
import { ContentService } from './contents/content.service.ts';
import { ContentVersion } from './contents/content-version.entity.ts';
import { DuplicateService } from './duplicates/duplicate.service.ts';
import { ExampleSeeder } from './example/example-seeder.ts';
import { AsyncContentGenerationService } from './generation/async-content-generation.service.ts';
import { ContentCallbackHandler } from './generation/content-callback.handler.ts';
import { ContentGenerationHandler } from './generation/content-generation.handler.ts';
import { OwnContentsRepository } from './generation/own-contents.repository.ts';
import { ContentGeneration } from './generation/content-generation.entity.ts';
import { CreatorCallbackService } from './generation/creator-callback.service.ts';
import { CreatorWorkRepository } from './generation/creator-work.repository.ts';
import { ExternalWorkService } from './generation/external-work.service.ts';
import { RewriteService } from './generation/rewrite.service.ts';
import { TaskStatusPoller } from './generation/task-status-poller.ts';
import { TaskResultHandler } from './generation/task-result-handler.ts';
import { ChannelsModule } from '../channels/channels.module.ts';
import { AccountChannelService } from './publishing/account-channel.service.ts';
import { OverdueEntryReporter } from './publishing/overdue-entry.reporter.ts';
import { PoolEnqueueService } from './publishing/pool-enqueue.service.ts';
import { PackageFactory } from './publishing/package.factory.ts';
import { PublicationRepository } from './publishing/publication.repository.ts';
import { PublishContentHandler } from './publishing/publish-content.handler.ts';
import { PublishMetrics } from './publishing/publish-metrics.ts';
import { PublishPoolLoop } from './publishing/publish-pool.loop.ts';
import { PublishPoolService } from './publishing/publish-pool.service.ts';
import { ReviewService } from './review/review.service.ts';
import { AsyncContentGenerationExecutor } from './topics/executor/async-content-generation.executor.ts';
import { TopicPicker } from './topics/executor/topic-picker.ts';
import { TopicLoop } from './topics/topic.loop.ts';
import { TopicIntakeService } from './topics/topic-intake.service.ts';
import { TopicService } from './topics/topic.service.ts';
import { TopicSuggestionService } from './topics/topic-suggestion.service.ts';
import { TopicTitleRetention } from './topics/topic-title.retention.ts';
import { TopicTitleService } from './topics/topic-title.service.ts';

/** Accounts, generation and contents. Imported by every role, because any role may accept or run a content task. */
@Module({
  imports: [
    ChannelsModule,
    CreatorsModule,
    TasksModule,
    ResultsModule,
    TypeOrmModule.forFeature([Account, ContentGeneration, Content, ContentVersion]),
  ],
  providers: [
    SENSITIVE_WORDS,
    DuplicateService,
    AccountService,
    AttachmentStore,
    AttachmentPreview,
    AttachmentService,
    UnusedFileRetention,
    ContentService,
    ReviewService,
    BudgetService,
    BudgetWaitService,
    BudgetWarningReporter,
    BudgetLoop,
    AsyncContentGenerationService,
    RewriteService,
    ContentGenerationHandler,
    ContentCallbackHandler,
    EgressClient,
    OwnContentsRepository,
    CreatorWorkRepository,
    CreatorCallbackService,
    ExternalWorkService,
    TaskResultHandler,
    TaskStatusPoller,
    TopicIntakeService,
    TopicService,
    TopicSuggestionService,
    TopicTitleService,
    TopicTitleRetention,
    TopicPicker,
    AsyncContentGenerationExecutor,
    TopicLoop,
    AccountChannelService,
    PublicationRepository,
    PackageFactory,
    PoolEnqueueService,
    OverdueEntryReporter,
    PublishPoolService,
    PublishMetrics,
    PublishContentHandler,
    PublishPoolLoop,
    ExampleSeeder,
  ],
  exports: [
    BudgetService,
    BudgetLoop,
    CreatorCallbackService,
    CreatorsModule,
    AccountService,
    AttachmentStore,
    AttachmentService,
    ContentService,
    ReviewService,
    AsyncContentGenerationService,
    RewriteService,
    TaskStatusPoller,
    AccountChannelService,
    PoolEnqueueService,
    PublishPoolService,
    PublishPoolLoop,
    TopicIntakeService,
    TopicService,
    TopicSuggestionService,
    TopicLoop,
    ExampleSeeder,
  ],
})
export class ContentModule {}

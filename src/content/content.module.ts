import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CreatorsModule } from '../creators/creators.module.ts';
import { ResultsModule } from '../results/results.module.ts';
import { TasksModule } from '../tasks/tasks.module.ts';
import { Account } from './accounts/account.entity.ts';
import { AccountService } from './accounts/account.service.ts';
import { SENSITIVE_WORDS } from './checks/sensitive-word-list.ts';
import { Content } from './contents/content.entity.ts';
import { ContentService } from './contents/content.service.ts';
import { ContentVersion } from './contents/content-version.entity.ts';
import { DuplicateService } from './duplicates/duplicate.service.ts';
import { ExampleSeeder } from './example/example-seeder.ts';
import { AsyncContentGenerationService } from './generation/async-content-generation.service.ts';
import { ContentGenerationHandler } from './generation/content-generation.handler.ts';
import { OwnContentsRepository } from './generation/own-contents.repository.ts';
import { ContentGeneration } from './generation/content-generation.entity.ts';
import { CreatorCallbackService } from './generation/creator-callback.service.ts';
import { CreatorWorkRepository } from './generation/creator-work.repository.ts';
import { ExternalWorkService } from './generation/external-work.service.ts';
import { RewriteService } from './generation/rewrite.service.ts';
import { TaskResultHandler } from './generation/task-result-handler.ts';
import { ChannelsModule } from '../channels/channels.module.ts';
import { AccountChannelService } from './publishing/account-channel.service.ts';
import { OverdueEntryReporter } from './publishing/overdue-entry.reporter.ts';
import { PoolEnqueueService } from './publishing/pool-enqueue.service.ts';
import { PackageFactory } from './publishing/package.factory.ts';
import { PublicationRepository } from './publishing/publication.repository.ts';
import { PublishContentHandler } from './publishing/publish-content.handler.ts';
import { PublishPoolLoop } from './publishing/publish-pool.loop.ts';
import { PublishPoolService } from './publishing/publish-pool.service.ts';
import { ReviewService } from './review/review.service.ts';

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
    ContentService,
    ReviewService,
    AsyncContentGenerationService,
    RewriteService,
    ContentGenerationHandler,
    OwnContentsRepository,
    CreatorWorkRepository,
    CreatorCallbackService,
    ExternalWorkService,
    TaskResultHandler,
    AccountChannelService,
    PublicationRepository,
    PackageFactory,
    PoolEnqueueService,
    OverdueEntryReporter,
    PublishPoolService,
    PublishContentHandler,
    PublishPoolLoop,
    ExampleSeeder,
  ],
  exports: [
    CreatorCallbackService,
    CreatorsModule,
    AccountService,
    ContentService,
    ReviewService,
    AsyncContentGenerationService,
    RewriteService,
    AccountChannelService,
    PoolEnqueueService,
    PublishPoolService,
    PublishPoolLoop,
    ExampleSeeder,
  ],
})
export class ContentModule {}

import { Module } from '@nestjs/common';
import { AccountsController } from './accounts/accounts.controller.ts';
import { ContentModule } from './content.module.ts';
import { ContentsController } from './contents/contents.controller.ts';
import { ContentTasksController } from './generation/content-tasks.controller.ts';

/** The editors' HTTP side, for the api role. */
@Module({ imports: [ContentModule], controllers: [AccountsController, ContentTasksController, ContentsController] })
export class ContentApiModule {}

import { Module } from '@nestjs/common';
import { SavedViewService } from './saved-view.service.ts';
import { SavedViewsController } from './saved-views.controller.ts';

/** Saved filters of pages, for the api role. */
@Module({ providers: [SavedViewService], controllers: [SavedViewsController] })
export class SavedViewsModule {}

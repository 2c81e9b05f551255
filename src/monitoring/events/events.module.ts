import { Module } from '@nestjs/common';
import { TasksModule } from '../../tasks/tasks.module.ts';
import { EventFeed } from './event-feed.ts';
import { EventsController } from './events.controller.ts';

@Module({ imports: [TasksModule], providers: [EventFeed], controllers: [EventsController] })
export class EventsModule {}

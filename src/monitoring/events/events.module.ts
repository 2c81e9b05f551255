import { Module } from '@nestjs/common';
import { AgentsModule } from '../../agents/agents.module.ts';
import { TasksModule } from '../../tasks/tasks.module.ts';
import { EventFeed } from './event-feed.ts';
import { StateFrames } from './state-frames.ts';
import { EventsController } from './events.controller.ts';

@Module({ imports: [TasksModule, AgentsModule], providers: [EventFeed, StateFrames], controllers: [EventsController] })
export class EventsModule {}

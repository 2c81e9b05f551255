import { Module } from '@nestjs/common';
import { TasksModule } from '../../tasks/tasks.module.ts';
import { WhyNotController } from './why-not.controller.ts';
import { WhyNotService } from './why-not.service.ts';

@Module({ imports: [TasksModule], providers: [WhyNotService], controllers: [WhyNotController] })
export class WhyNotModule {}

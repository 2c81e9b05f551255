import { Module } from '@nestjs/common';
import { ContentModule } from '../../content/content.module.ts';
import { TasksModule } from '../../tasks/tasks.module.ts';
import { ReportsController } from './reports.controller.ts';
import { ReportsService } from './reports.service.ts';

@Module({ imports: [TasksModule, ContentModule], providers: [ReportsService], controllers: [ReportsController] })
export class ReportsModule {}

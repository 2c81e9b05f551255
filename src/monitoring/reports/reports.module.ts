import { Module } from '@nestjs/common';
import { TasksModule } from '../../tasks/tasks.module.ts';
import { ReportsController } from './reports.controller.ts';
import { ReportsService } from './reports.service.ts';

@Module({ imports: [TasksModule], providers: [ReportsService], controllers: [ReportsController] })
export class ReportsModule {}

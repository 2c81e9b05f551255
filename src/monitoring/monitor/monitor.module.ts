import { Module } from '@nestjs/common';
import { AgentsModule } from '../../agents/agents.module.ts';
import { TasksModule } from '../../tasks/tasks.module.ts';
import { AsyncTaskMonitor } from './async-task-monitor.ts';
import { MonitorController } from './monitor.controller.ts';

@Module({
  imports: [TasksModule, AgentsModule],
  providers: [AsyncTaskMonitor],
  controllers: [MonitorController],
  exports: [AsyncTaskMonitor],
})
export class MonitorModule {}

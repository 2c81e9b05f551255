import { Module } from '@nestjs/common';
import { EngineModule } from '../engine.module.ts';
import { TaskScheduler } from './task-scheduler.ts';

@Module({ imports: [EngineModule], providers: [TaskScheduler], exports: [TaskScheduler] })
export class MaintenanceModule {}

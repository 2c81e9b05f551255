// A scheduler process of the test of schedules: the modules of the scheduler role that fire, and one task without work. Says "ready" when it fires.
import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { PlatformModule } from '../../../dist/src/app/platform.module.js';
import { SchedulerPulseModule } from '../../../dist/src/scheduler/scheduler-pulse.module.js';
import { TaskHandler } from '../../../dist/src/tasks/definitions/task-handler.decorator.js';

export class Noop {
  handle() {
    return Promise.resolve({});
  }
}
TaskHandler({ name: 'noop' })(Noop);

export class SchedulerProcess {}
Module({ imports: [PlatformModule, SchedulerPulseModule], providers: [Noop] })(SchedulerProcess);

if (process.argv[1] === import.meta.filename) {
  await NestFactory.createApplicationContext(SchedulerProcess, { logger: false });
  process.stdout.write('ready\n');
}

// Registers the tasks of this folder, in the application and in its child processes.
import { Module } from '@nestjs/common';
import { TaskDefinitionRegistry } from '../../../dist/src/tasks/definitions/task-definition.registry.js';
import { TasksModule } from '../../../dist/src/tasks/tasks.module.js';
import { BUSY_TASKS } from './tasks.ts';

class BusyTasks {
  constructor(definitions) {
    for (const { handle: run, ...options } of BUSY_TASKS) definitions.register(options, { handle: (context) => run(context) });
  }
}

export class BusyModule {}
Module({
  imports: [TasksModule],
  providers: [{ provide: BusyTasks, inject: [TaskDefinitionRegistry], useFactory: (definitions) => new BusyTasks(definitions) }],
})(BusyModule);

// The build, composed as src/app does, with the handlers of these tests.
import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { PlatformModule } from '../../dist/src/app/platform.module.js';
import { MaintenanceModule } from '../../dist/src/engine/maintenance.module.js';
import { TaskDefinitionRegistry } from '../../dist/src/tasks/definitions/task-definition.registry.js';
import { WorkersModule } from '../../dist/src/workers/workers.module.js';
import { HANDLERS } from './handlers.ts';

class EngineModule {}
Module({ imports: [PlatformModule, WorkersModule, MaintenanceModule] })(EngineModule);

export async function compose() {
  const app = await NestFactory.createApplicationContext(EngineModule, { logger: false, abortOnError: false });
  const definitions = app.get(TaskDefinitionRegistry);
  for (const handler of HANDLERS) {
    const { name, options } = handler;
    definitions.register({ name, ...options }, { handle: async (context) => handler.handle(context) });
  }
  return app;
}

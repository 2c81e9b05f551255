import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { surviveBrokenPipes } from '../platform/telemetry/logger.ts';
import { IsolatedRunner } from '../workers/child/isolated-runner.ts';
import { WorkersModule } from '../workers/workers.module.ts';
import { PlatformModule } from './platform.module.ts';
import { TASK_MODULES } from './task-modules.ts';

@Module({ imports: [PlatformModule, WorkersModule, ...TASK_MODULES] })
class IsolatedModule {}

/** Entry script of the child processes in which a worker runs single tasks. */
async function main(): Promise<void> {
  surviveBrokenPipes();
  const app = await NestFactory.createApplicationContext(IsolatedModule, { logger: false, abortOnError: false });
  app.get(IsolatedRunner).serve();
}

main().catch((error: unknown) => {
  process.stderr.write(`✗ ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});

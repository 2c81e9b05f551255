import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { PlatformModule } from '../../../dist/src/app/platform.module.js';
import { IsolatedRunner } from '../../../dist/src/workers/child/isolated-runner.js';
import { WorkersModule } from '../../../dist/src/workers/workers.module.js';
import { BusyModule } from './module.mjs';

class IsolatedModule {}
Module({ imports: [PlatformModule, WorkersModule, BusyModule] })(IsolatedModule);

const app = await NestFactory.createApplicationContext(IsolatedModule, { logger: false, abortOnError: false });
app.get(IsolatedRunner).serve();

// One process of the application with the tasks of the journeys in it: what src/main.ts starts, in the roles of APP_ROLES.
import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { existsSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { AppModule } from '../../../dist/src/app/app.module.js';
import { configureHttp } from '../../../dist/src/app/http/configure-http.js';
import { HttpAdapter } from '../../../dist/src/app/http/http-adapter.js';
import { shutDown } from '../../../dist/src/app/shutdown.js';
import { FirstKeyService } from '../../../dist/src/platform/auth/first-key.service.js';
import { loadSettings } from '../../../dist/src/platform/config/settings.js';
import { Logger } from '../../../dist/src/platform/telemetry/logger.js';
import { NestLogger } from '../../../dist/src/platform/telemetry/nest-logger.js';
import { statusOutput } from '../../../dist/src/platform/telemetry/status-output.js';
import { TaskDefinitionRegistry } from '../../../dist/src/tasks/definitions/task-definition.registry.js';
import { TasksModule } from '../../../dist/src/tasks/tasks.module.js';

/** Twenty numbered lines a second, for as long as it is held. */
async function talk({ signal, log }) {
  for (let line = 1; !existsSync(process.env.JOURNEY_RELEASE); line++) {
    log.info(`line ${line}`);
    await delay(50, undefined, { signal });
  }
  return 'done';
}

class JourneyTasks {
  constructor(definitions) {
    const options = { maxAttempts: 3, backoff: { baseMs: 100, maxMs: 200 }, timeoutMs: 120_000 };
    definitions.register({ name: 'talk', ...options }, { handle: talk });
    definitions.register({ name: 'later', ...options }, { handle: async () => 'done' });
  }
}
class JourneyModule {}
Module({
  imports: [TasksModule],
  providers: [{ provide: JourneyTasks, inject: [TaskDefinitionRegistry], useFactory: (registry) => new JourneyTasks(registry) }],
})(JourneyModule);

class JourneyNode {}
const settings = loadSettings();
const options = { bufferLogs: true, abortOnError: false };
Module({ imports: [AppModule.withRoles(settings.appRoles), JourneyModule] })(JourneyNode);
const isApi = settings.appRoles.includes('api');
const app = isApi
  ? await NestFactory.create(JourneyNode, new HttpAdapter(settings), options)
  : await NestFactory.createApplicationContext(JourneyNode, options);
app.useLogger(new NestLogger(app.get(Logger)));
let stopping;
process.on('SIGTERM', () => (stopping ??= shutDown(app, settings, statusOutput(settings))));
if (isApi) {
  configureHttp(app, settings);
  await app.get(FirstKeyService).ensure(settings.dataDir);
  await app.listen(settings.port, settings.host);
  writeFileSync(process.env.JOURNEY_READY, await app.getUrl());
}

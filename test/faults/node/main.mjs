// One process of the application with the tasks of the fault suite in it: what src/main.ts starts, in the roles of APP_ROLES.
import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AppModule } from '../../../dist/src/app/app.module.js';
import { configureHttp } from '../../../dist/src/app/http/configure-http.js';
import { HttpAdapter } from '../../../dist/src/app/http/http-adapter.js';
import { shutDown } from '../../../dist/src/app/shutdown.js';
import { onSupervisorGone } from '../../../dist/src/app/supervisor/supervised.js';
import { FirstKeyService } from '../../../dist/src/platform/auth/first-key.service.js';
import { loadSettings } from '../../../dist/src/platform/config/settings.js';
import { Logger, surviveBrokenPipes } from '../../../dist/src/platform/telemetry/logger.js';
import { NestLogger } from '../../../dist/src/platform/telemetry/nest-logger.js';
import { statusOutput } from '../../../dist/src/platform/telemetry/status-output.js';
import { FaultTasksModule } from './tasks.mjs';

class FaultNode {}

async function main() {
  surviveBrokenPipes();
  const settings = loadSettings();
  const options = { bufferLogs: true, abortOnError: false };
  Module({ imports: [AppModule.withRoles(settings.appRoles), FaultTasksModule] })(FaultNode);
  if (!settings.appRoles.includes('api')) return prepare(await NestFactory.createApplicationContext(FaultNode, options), settings);
  const app = await NestFactory.create(FaultNode, new HttpAdapter(settings), options);
  prepare(app, settings);
  configureHttp(app, settings);
  await app.get(FirstKeyService).ensure(settings.dataDir);
  await app.listen(settings.port, settings.host);
}

function prepare(app, settings) {
  app.useLogger(new NestLogger(app.get(Logger)));
  let stopping;
  process.on('SIGTERM', () => (stopping ??= shutDown(app, settings, statusOutput(settings))));
  // The suite asks whether the event loop still turns, as a kubelet does.
  process.on('message', () => process.connected && process.send('pong'));
  onSupervisorGone(() => process.exit(1));
}

// Only to fill the compile cache, which is written at the exit.
if (process.env.FAULTS_COMPILE_ONLY === '1') process.exit(0);

main().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});

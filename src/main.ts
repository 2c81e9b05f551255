import 'reflect-metadata';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app/app.module.ts';
import { configureHttp } from './app/http/configure-http.ts';
import { HttpAdapter } from './app/http/http-adapter.ts';
import { shutDown } from './app/shutdown.ts';
import { onSupervisorGone, reportReady } from './app/supervisor/supervised.ts';
import { welcome } from './app/welcome.ts';
import { ApiKeyService } from './platform/auth/api-key.service.ts';
import { ConfigurationError, EXIT_CONFIGURATION } from './platform/config/configuration-error.ts';
import { loadSettings, type Settings } from './platform/config/settings.ts';
import { migrateDatabase } from './platform/database/migrate.ts';
import { Logger, surviveBrokenPipes } from './platform/telemetry/logger.ts';
import { NestLogger } from './platform/telemetry/nest-logger.ts';

const OPTIONS = { bufferLogs: true, abortOnError: false } as const;

/** Starts the roles named by APP_ROLES in this process. */
async function main(): Promise<void> {
  surviveBrokenPipes();
  const settings = loadSettings();
  if (settings.databaseUrl === undefined) throw new Error('No DATABASE_URL. "npm start" brings its own PostgreSQL.');
  const { applied } = await migrateDatabase(settings.databaseUrl);

  const module = AppModule.withRoles(settings.appRoles);
  if (!settings.appRoles.includes('api')) return prepare(await NestFactory.createApplicationContext(module, OPTIONS), settings);
  const app = await NestFactory.create<NestFastifyApplication>(module, new HttpAdapter(), OPTIONS);
  prepare(app, settings);
  configureHttp(app, settings);
  const key = await app.get(ApiKeyService).ensureFirstKey(settings.dataDir);
  await app.listen(settings.port, settings.host);
  const url = await app.getUrl();
  reportReady(url);
  await welcome(app, { url, key, applied });
}

function prepare(app: INestApplicationContext, settings: Settings): void {
  app.useLogger(new NestLogger(app.get(Logger)));
  let stopping: Promise<never> | undefined;
  const stop = (hurried: boolean) => void (stopping ??= shutDown(app, settings, hurried));
  process.on('SIGTERM', () => stop(false)).on('SIGINT', () => stop(false));
  onSupervisorGone(() => stop(settings.embedded));
}

main().catch((error: unknown) => {
  process.stderr.write(`✗ ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(error instanceof ConfigurationError ? EXIT_CONFIGURATION : 1);
});

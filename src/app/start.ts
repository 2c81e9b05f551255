import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.ts';
import { configureHttp } from './http/configure-http.ts';
import { HttpAdapter } from './http/http-adapter.ts';
import { openOpsPort } from './ops/open-ops-port.ts';
import { shutDown } from './shutdown.ts';
import { onSupervisorGone, reportReady } from './supervisor/supervised.ts';
import { welcome } from './welcome.ts';
import { FirstKeyService } from '../platform/auth/first-key.service.ts';
import { loadSettings, type Settings } from '../platform/config/settings.ts';
import { addressOf } from '../platform/database/address.ts';
import { migrateDatabase } from '../platform/database/migrate.ts';
import { Logger } from '../platform/telemetry/logger.ts';
import { NestLogger } from '../platform/telemetry/nest-logger.ts';
import type { StatusOutput } from '../platform/telemetry/status-output.ts';
import { useTracing } from '../platform/telemetry/tracing/tracing.ts';

export { isFinalStartError } from './final-error.ts';

const OPTIONS = { bufferLogs: true, abortOnError: false } as const;

/** Starts the roles named by APP_ROLES in this process. */
export async function start(out: StatusOutput): Promise<void> {
  const settings = loadSettings();
  const { applied } = await migrateDatabase(addressOf(settings));

  await startTracing(settings, out);
  const module = AppModule.withRoles(settings.appRoles);
  if (!settings.appRoles.includes('api'))
    return await startWithoutApi(await NestFactory.createApplicationContext(module, OPTIONS), settings, out);
  const app = await NestFactory.create<NestFastifyApplication>(module, new HttpAdapter(settings), OPTIONS);
  prepare(app, settings, out);
  configureHttp(app, settings);
  await openOpsPort(app, settings);
  const key = await app.get(FirstKeyService).ensure(settings.dataDir, settings.firstApiKey);
  await app.listen(settings.port, settings.host);
  const url = await app.getUrl();
  reportReady(url);
  await welcome(app, out, { url, key, applied });
}

/** Loads the SDK only when there is a collector. */
async function startTracing(settings: Settings, out: StatusOutput): Promise<void> {
  if (settings.otelExporterOtlpEndpoint === undefined) return;
  const { createOtelBackend } = await import('../platform/telemetry/tracing/otel-backend.ts');
  useTracing(createOtelBackend(settings, out.warn));
}

async function startWithoutApi(app: INestApplicationContext, settings: Settings, out: StatusOutput): Promise<void> {
  prepare(app, settings, out);
  const ops = await openOpsPort(app, settings);
  out.say(`✓ ContentHub runs (${settings.appRoles.join(', ')})${ops === undefined ? '' : `   health ${ops}/health`}`);
}

function prepare(app: INestApplicationContext, settings: Settings, out: StatusOutput): void {
  app.useLogger(new NestLogger(app.get(Logger)));
  let stopping: Promise<never> | undefined;
  const stop = (hurried: boolean) => void (stopping ??= shutDown(app, settings, out, hurried));
  process.on('SIGTERM', () => stop(false)).on('SIGINT', () => stop(false));
  onSupervisorGone(() => stop(settings.embedded));
}

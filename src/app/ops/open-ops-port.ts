import type { INestApplicationContext } from '@nestjs/common';
import { HealthService } from '../../monitoring/health/health.service.ts';
import { MetricsService } from '../../monitoring/metrics/metrics.service.ts';
import { ConfigurationError } from '../../platform/config/configuration-error.ts';
import type { Settings } from '../../platform/config/settings.ts';
import { Logger } from '../../platform/telemetry/logger.ts';
import { OpsServer } from './ops-server.ts';

/** Opens the ops port unless OPS_PORT is off. Returns its address. The end of the process closes it, so that probes see the drain. */
export async function openOpsPort(app: INestApplicationContext, settings: Settings): Promise<string | undefined> {
  const { opsHost, opsPort } = settings;
  if (opsPort === 'off') return undefined;
  try {
    const url = await new OpsServer(app.get(HealthService), app.get(MetricsService)).listen(opsHost, opsPort);
    app.get(Logger).info({ url }, 'the ops port answers');
    return url;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigurationError(`The ops port cannot be opened (${reason}). Set OPS_HOST and OPS_PORT to what is free, or OPS_PORT=off.`, {
      cause: error,
    });
  }
}

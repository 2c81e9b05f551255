import { join } from 'node:path';
import type { ApiClient } from '../api-client.ts';
import type { HealthReport } from '../api-types.ts';
import { packageRoot } from '../package-root.ts';
import { type Check, fail, ok } from './check.ts';
import { modifiedAt } from './modified-at.ts';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);
/** The reported uptime is in whole seconds, and a server may start in the second in which its build ends. */
const TOLERANCE_MS = 2_000;

/**
 * Whether the server process started after the build in this folder; before it, the server runs older code. No check for a
 * server of another machine, for an installation without a build, and for a server that does not report its uptime.
 */
export async function runningBuild(api: ApiClient, live: HealthReport): Promise<Check[]> {
  const uptimeSeconds = (live.details as HealthReport['details'] | undefined)?.process?.uptimeSeconds;
  const builtAt = await modifiedAt(join(packageRoot, 'dist', '.built'));
  if (uptimeSeconds === undefined || builtAt === 0 || !LOOPBACK.has(new URL(api.connection.server).hostname)) return [];
  const startedAt = Date.now() - uptimeSeconds * 1_000;
  if (startedAt >= builtAt - TOLERANCE_MS) return [ok('running', 'started after the build')];
  const [started, built] = [startedAt, builtAt].map((ms) => new Date(ms).toISOString().slice(0, 19));
  return [
    fail('running', `the server started at ${started}Z, before the build of ${built}Z`, 'restart the server, so that it runs the build'),
  ];
}

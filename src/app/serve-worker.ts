import { ConfigurationError } from '../platform/config/configuration-error.ts';
import { loadSettings } from '../platform/config/settings.ts';
import { serve } from './serve.ts';

/** `content-creator worker`: a process that only runs tasks. Resolves with the exit code. @throws {ConfigurationError} without a database to share. */
export async function serveWorker({ concurrency }: { concurrency: number }): Promise<number> {
  if (loadSettings().databaseUrl === undefined) {
    throw new ConfigurationError(
      'A worker needs the database of its server: set DATABASE_URL. A server with a database of its own runs its workers itself (contenthub worker list).',
    );
  }
  // Read by the application process too, which the supervisor starts with this environment.
  Object.assign(process.env, {
    APP_ROLES: 'worker',
    ASYNC_WORKER_COUNT: String(concurrency),
    ASYNC_MAX_CONCURRENT_TASKS: String(concurrency),
  });
  return serve();
}

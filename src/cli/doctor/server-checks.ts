import { type ApiClient, isUnreachable } from '../api-client.ts';
import type { Answer, FullHealthReport, HealthReport } from '../api-types.ts';
import { cliVersion } from '../package-root.ts';
import { type Check, fail, ok, warn } from './check.ts';
import { reportedChecks } from './reported-checks.ts';
import { runningBuild } from './running-build.ts';

const TIMEOUT_MS = 5000;

/** Checks the server. If it is unreachable, the other checks are skipped. */
export async function serverChecks(api: ApiClient): Promise<Check[]> {
  const { server, serverFrom } = api.connection;
  const live = await ask(api, '/health/live');
  if (live === undefined)
    return [fail('server', `${server} (from ${serverFrom}) cannot be reached`, 'contenthub serve, or name another with --server')];
  const report = parse<HealthReport>(live);
  if (!report?.status)
    return [fail('server', `${server} answers but is not ContentHub`, 'free the port, or name the server with --server')];
  const [ready, startup, key, spec, reported] = await Promise.all(
    ['/health/ready', '/health/startup', '/executions?limit=1', '/openapi.json', '/monitor/report'].map((path) => ask(api, path)),
  );
  return [
    live.status === 200
      ? ok('server', `${server} (from ${serverFrom})`)
      : fail('server', `live answered ${live.status}`, 'restart the server'),
    health('startup', startup),
    health('ready', ready),
    database(ready),
    queue(ready),
    apiKey(key, api.connection.tokenFrom),
    version(spec),
    ...(await runningBuild(api, report)),
    ...reportedChecks(reported?.status === 200 ? parse<FullHealthReport>(reported) : undefined),
  ];
}

async function ask(api: ApiClient, path: string): Promise<Answer | undefined> {
  try {
    return await api.send({ method: 'GET', path, timeoutMs: TIMEOUT_MS });
  } catch (error) {
    if (!isUnreachable(error)) throw error;
    return undefined;
  }
}

function parse<T>({ text }: Answer): T | undefined {
  try {
    return JSON.parse(text) as T;
  } catch {
    return undefined;
  }
}

function health(name: string, answer: Answer | undefined): Check {
  if (answer?.status === 200) return ok(name, 'yes');
  const details = Object.entries((answer && parse<HealthReport>(answer)?.details) ?? {});
  const down = details.filter(([, { status }]) => status !== 'up').map(([part, { status, message }]) => `${part} ${message ?? status}`);
  return fail(name, down.join('; ') || `answered ${answer?.status ?? 'nothing'}`, 'wait a moment, then look at the log of the server');
}

function database(ready: Answer | undefined): Check {
  const state = ready && parse<HealthReport>(ready)?.details?.database;
  if (!state) return warn('database', 'the server does not report it', 'contenthub doctor again when the server is ready');
  return state.status === 'up'
    ? ok('database', 'up')
    : fail('database', state.message ?? state.status, 'check DATABASE_URL, or the log in the data folder');
}

/** Never a failure: without Redis, PostgreSQL wakes the workers. */
function queue(ready: Answer | undefined): Check {
  const { driver, problems = [] } = (ready && parse<HealthReport>(ready)?.details?.queue) ?? {};
  if (driver === undefined) return warn('queue', 'the server does not report it', 'contenthub doctor again when the server is ready');
  const [problem] = problems;
  if (problem !== undefined)
    return warn('queue', `${driver}; ${problem}`, 'check REDIS_URL and Redis; until then PostgreSQL wakes the workers');
  return ok('queue', driver === 'bullmq' ? 'bullmq; Redis answers' : `${driver}; Redis is not used`);
}

function apiKey(answer: Answer | undefined, from: string): Check {
  if (answer?.status === 200) return ok('API key', `accepted (from ${from})`);
  if (answer?.status === 401)
    return fail(
      'API key',
      from === 'nowhere' ? 'none found' : `rejected (from ${from})`,
      'set CONTENTHUB_KEY, or run inside the folder of the server',
    );
  if (answer?.status === 403) return fail('API key', 'its role may not read tasks', 'use a key of the role viewer or higher');
  return fail('API key', `the server answered ${answer?.status ?? 'nothing'}`, 'look at the log of the server');
}

function version(answer: Answer | undefined): Check {
  const server = answer?.status === 200 ? parse<{ info?: { version?: string } }>(answer)?.info?.version : undefined;
  if (server === undefined) return warn('version', 'the server does not report its version', 'use a key of the role admin');
  return server === cliVersion()
    ? ok('version', server)
    : fail('version', `server ${server}, this CLI ${cliVersion()}`, 'restart the server, or use the CLI of its folder');
}

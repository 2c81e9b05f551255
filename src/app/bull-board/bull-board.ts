import type { BaseAdapter } from '@bull-board/api/baseAdapter';
import type { Queue } from 'bullmq';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AuthGuard } from '../../platform/auth/auth.guard.ts';
import { setContentPolicy } from '../../platform/http/content-policy.ts';
import { ProblemError } from '../../platform/http/problem.ts';
import { sendProblem } from '../../platform/http/problem.filter.ts';
import { toProblem } from '../../platform/http/problem-mapping.ts';
import { bearerOf, REALM } from './browser-login.ts';

/** Not below /admin/, whose paths belong to the admin pages. */
const BOARD_PATH = '/bull-board';

export interface BullBoardOptions {
  guard: AuthGuard;
  /** The queues in Redis, read at each request; undefined while Redis does not answer. */
  queues: () => Promise<Queue[] | undefined>;
}

/**
 * Bull Board, which shows the BullMQ jobs. It is read-only: a job is not the task, so queues are paused and tasks
 * are retried at /queues. Its routes are not Nest's, so Nest's guards do not run for them: the hook belongs to this scope, and
 * runs for each of its routes, however the path was spelled.
 */
export function mountBullBoard(server: FastifyInstance, { guard, queues }: BullBoardOptions): void {
  const admit = async (request: FastifyRequest): Promise<void> => {
    request.headers.authorization = bearerOf(request.headers.authorization);
    await guard.authorizeSender(request, 'queues:operate');
    refuseWrites(request);
  };
  void server.register(
    async (scope) => {
      setContentPolicy(scope, 'board');
      scope.addHook('onRequest', orRefuse(admit));
      await scope.register(await pages(queues));
    },
    { prefix: BOARD_PATH },
  );
}

/** Loaded only where there is something to show. */
async function pages(queues: BullBoardOptions['queues']): Promise<(scope: FastifyInstance) => Promise<void>> {
  const [{ createBullBoard }, { BullMQAdapter }, { FastifyAdapter }] = await Promise.all([
    import('@bull-board/api'),
    import('@bull-board/api/bullMQAdapter'),
    import('@bull-board/fastify'),
  ]);
  const serverAdapter = new FastifyAdapter().setBasePath(BOARD_PATH);
  const board = createBullBoard({ queues: [], serverAdapter, options: { uiConfig: { boardTitle: 'ContentHub queues' } } });
  const adapters = new Map<Queue, BaseAdapter>();
  const show = async ({ routeOptions }: FastifyRequest): Promise<void> => {
    if (!routeOptions.url?.startsWith(`${BOARD_PATH}/api/`)) return;
    const all = await queues();
    if (!all) throw redisUnavailable();
    for (const queue of all) if (!adapters.has(queue)) adapters.set(queue, new BullMQAdapter(queue, { readOnlyMode: true }));
    board.replaceQueues(all.map((queue) => adapters.get(queue) as BaseAdapter));
  };
  const plugin = serverAdapter.registerPlugin();
  return async (scope) => {
    scope.addHook('preHandler', orRefuse(show));
    await scope.register(plugin);
  };
}

/** A browser that has the key sends it with every request, also with those of another site's page: only reads are answered. */
function refuseWrites({ method }: FastifyRequest): void {
  if (method === 'GET' || method === 'HEAD') return;
  const detail = 'Pause, drain and retry at /queues.';
  throw new ProblemError(405, 'read_only', 'This page is read-only.', { detail, headers: { allow: 'GET' } });
}

function redisUnavailable(): ProblemError {
  const detail = 'Tasks run without it; there is nothing to show.';
  return ProblemError.unavailable('redis_unavailable', 'Redis does not answer.', { detail });
}

/** Bull Board has an error handler of its own, which would answer in other words than the rest of the API. */
function orRefuse(check: (request: FastifyRequest) => Promise<void>) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | void> => {
    try {
      await check(request);
    } catch (error) {
      const problem = toProblem(error);
      if (problem.status === 401) problem.headers['www-authenticate'] = REALM;
      sendProblem(problem, request, reply);
      return reply;
    }
  };
}

import { mutant, RESULTS } from './mutant.mjs';

const PLAN = 'src/core/shutdown-plan.ts';
const planSpec = 'src/core/shutdown-plan.spec.ts';
const RECORD = 'src/platform/lifecycle/loop-record.ts';
const recordSpec = 'src/platform/lifecycle/loop-record.spec.ts';
const drain = 'test/engine/drain.int-spec.ts';

/** Shutdown, drain, loops, and the ends of connections. */
export const lifecycle = [
  mutant('shutdown: the phases fit', PLAN, ' - settleMs - answersMs', ' - answersMs', planSpec, 'a shutdown plan'),
  mutant('shutdown: serving beside the tasks', PLAN, 'share: 1 / 6,', 'share: 1,', planSpec, 'a shutdown plan'),
  mutant(
    'drain: late claims are released',
    'src/workers/pool/task-worker.ts',
    "if (this.graceMs !== undefined) attempt.stop('draining', this.graceMs);",
    '',
    drain,
    'a late claim',
  ),
  mutant(
    'drain: a last attempt ends',
    RESULTS,
    'await this.settleFailure(task, classify(failure));',
    'void failure;',
    drain,
    'are used up',
  ),
  mutant(
    'drain: polls are abandoned',
    'src/workers/pool/external-work-poller.ts',
    'await orAborted(signal, definition.handler.poll(work))',
    'await definition.handler.poll(work)',
    drain,
    'ignores its signal',
  ),
  mutant(
    'drain: kept by the heartbeat',
    'src/agents/agent.sql.ts',
    'CASE WHEN $8 THEN app_clock() END',
    'CASE WHEN $8 THEN NULL::timestamptz END',
    'test/agents/registry.e2e-spec.ts',
    'an operator can drain',
  ),
  mutant('loops: late', RECORD, 'late: waitedMs > lateAfterMs', 'late: false', recordSpec, 'a loop record'),
  mutant('loops: stuck', RECORD, 'this.roundSince = performance.now();', '', recordSpec, 'a loop record'),
  mutant(
    'connections: late sockets are closed',
    'src/platform/database/end-connections.ts',
    'socket.destroy();',
    'socket.unref();',
    'test/database/ending.int-spec.ts',
    'the end of connections',
  ),
];

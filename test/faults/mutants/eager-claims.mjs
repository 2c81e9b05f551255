import { mutant, SERVICE } from './mutant.mjs';

const CLAIMS = 'src/engine/dispatch/eager-claims.ts';
const WORKER = 'src/workers/pool/task-worker.ts';
const SOURCE = 'src/workers/sources/queue-source.ts';
const LOOPS = 'src/queue/waiting-workers.ts';
const GROUP = 'src/platform/database/statement-group.ts';
const NOTIFICATIONS = 'src/platform/database/notifications.ts';
const tests = ['eager-claims', 'eager-claims-in-flight'].map((name) => `test/engine/${name}.int-spec.ts`);
const group = 'test/database/statement-group.int-spec.ts';
const notifications = 'src/platform/database/notifications.spec.ts';

const eager = (name, file, find, replace, only) => mutant(`eager claim: ${name}`, file, find, replace, tests, only);

export const eagerClaims = [
  eager('wakes no worker', SERVICE, ' && !stored.isClaimed', '', 'wakes no worker'),
  eager('published to live views', 'src/engine/dispatch/task-claims.ts', 'this.changes.publish(tasks)', 'tasks', 'wakes no worker'),
  eager('small batches only', CLAIMS, 'tasks.length > MAX_TASKS || ', '', 'one of eleven'),
  eager('up to ten', CLAIMS, 'const MAX_TASKS = 10', 'const MAX_TASKS = 9', 'again and again'),
  eager('not later', CLAIMS, 'task.runAt === null && ', '', 'starts later'),
  eager('not in a group', CLAIMS, ' && task.dispatchGroup === null', '', 'concurrency key'),
  eager('one name', CLAIMS, 'task.name === name && ', '', 'several names'),
  eager('not behind a pooler', CLAIMS, ' || !this.pools.keepsSessions', '', 'pooler'),
  eager('not while claims are slow', CLAIMS, 'if (this.claims.isSlow(queue)) return undefined;', '', 'claims of the queue slow'),
  eager('pauses after nothing', CLAIMS, ' || performance.now() < (this.pausedUntil.get(queue) ?? 0)', '', 'waits a second'),
  eager('a failure gives the slots back', CLAIMS, 'reservation.fail(error);', '', 'the transaction fails'),
  eager('the claim at fault', CLAIMS, 'if (isTransient(error)) throw error;', 'throw error;', 'is at fault'),
  eager('reserved slots are taken', WORKER, ' - this.reserved)', ')', 'are counted'),
  eager('slots are given back', WORKER, 'this.reserved -= count;', '', 'are given back when the transaction'),
  eager(
    'no look meanwhile',
    WORKER,
    'await Promise.all(this.reservations);\n    await orphans.release(',
    'await orphans.release(',
    'on its way',
  ),
  eager(
    'a drain waits for it',
    WORKER,
    'record.stopped();\n    await Promise.all(this.reservations);',
    'record.stopped();',
    'begins while the transaction',
  ),
  eager('a lost reply is looked for', WORKER, 'this.options.orphans.claimFailed(error);\n        end();', 'end();', 'runs once'),
  eager('a failure wakes the loop', LOOPS, 'reservation.fail(error);\n    this.wake(queue);', 'reservation.fail(error);', 'runs once'),
  eager('no child process', SOURCE, "definition?.isolation === 'process' || ", '', 'a child process'),
  eager('no batch handler', SOURCE, ' || definition?.batch !== undefined', '', 'a batch handler'),
  mutant(
    'statement group: one transaction',
    GROUP,
    'query === this.queries.at(-1) ? connection : unsynced',
    'connection',
    group,
    'store nothing',
  ),
  mutant(
    'statement group: a failed connection is discarded',
    GROUP,
    'client.release(failed)',
    'client.release()',
    group,
    'another connection',
  ),
  mutant(
    'notifications: the first at once',
    NOTIFICATIONS,
    'timerMs(this.flushedAt + COALESCE_MS - performance.now())',
    'COALESCE_MS',
    notifications,
  ),
  mutant(
    'notifications: the others together',
    NOTIFICATIONS,
    'timerMs(this.flushedAt + COALESCE_MS - performance.now())',
    '0',
    notifications,
  ),
];

import { mutant, SQL } from './mutant.mjs';

const QUEUES = 'src/engine/queues/queue.sql.ts';
const MEMORY = 'src/queue/drivers/memory.ts';
const BOARD = 'src/app/bull-board/bull-board.ts';
const CONSUMER = 'src/queue/drivers/bullmq/wake-up-consumer.ts';
const PUBLISHER = 'src/queue/drivers/bullmq/wake-up-publisher.ts';
const BULLMQ = 'src/queue/drivers/bullmq.ts';
const queues = 'test/queue/queues.int-spec.ts';
const memory = 'test/queue/memory.contract-spec.ts';
const consumer = 'src/queue/drivers/bullmq/wake-up-consumer.spec.ts';
const outages = 'test/queue/bullmq-outages.int-spec.ts';
const failover = 'test/queue/redis-failover.int-spec.ts';
const board = 'test/queue/bull-board.e2e-spec.ts';

export const queueing = [
  mutant(
    'without handler: live processes only',
    QUEUES,
    " AND last_seen_at > app_now() - interval '15 s'",
    '',
    queues,
    'no live worker process',
  ),
  mutant(
    'drain: only what waits',
    SQL,
    "cancelWhere(`id = ANY ($1::uuid[]) AND status IN ('pending', 'submitted')`)",
    "cancelWhere('id = ANY ($1::uuid[])')",
    queues,
    'taken since it looked',
  ),
  mutant('pause: the first stays', QUEUES, '\n  WHERE queues.paused_at IS NULL', '', queues, 'who paused first'),
  mutant('resume: wakes', 'src/tasks/queues/queue.service.ts', 'this.queue.announce(', 'void (', memory, 'wakes its workers'),
  mutant(
    'memory: one process',
    MEMORY,
    "await client.query('SELECT pg_advisory_lock($1)', [SINGLE_PROCESS_LOCK]);",
    '',
    memory,
    'the start fails',
  ),
  mutant(
    'memory: the heap decides',
    MEMORY,
    'this.source.claim({ ...request, ids })',
    'this.source.claim(request)',
    memory,
    'which tasks a claim',
  ),
  mutant(
    'bullmq: a claim is as large as its jobs',
    CONSUMER,
    'sweep ? limit : Math.min(limit, named)',
    'limit',
    consumer,
    'as many tasks as',
  ),
  mutant(
    'bullmq: a wait without a job sweeps',
    CONSUMER,
    'this.waiting.length === 0 || ',
    '',
    consumer,
    'after a wait that ended without one',
  ),
  mutant('bullmq: idle slots sweep', CONSUMER, ' || this.idleMs >= this.options.pollIntervalMs', '', consumer, 'while jobs keep coming'),
  mutant('bullmq: a failed claim sweeps', CONSUMER, 'tasks === undefined || ', '', consumer, 'after a claim that failed'),
  mutant(
    'bullmq: a job ends with its last task',
    CONSUMER,
    'if (job.running === 0 && !this.waiting.includes(job)) job.complete();\n  }',
    'job.complete();\n  }',
    consumer,
    'with the last of the tasks',
  ),
  mutant(
    'bullmq: no slot for 100 ms hands back',
    CONSUMER,
    'now - fetchedAt >= HOLD_MS',
    'now - fetchedAt < 0',
    consumer,
    'leaves its tasks',
  ),
  mutant('bullmq: full slots pause fetching', CONSUMER, 'if (room <= 0) this.pause();', '', consumer, 'no more than fits'),
  mutant(
    'bullmq: at most 10 fetches before a claim',
    CONSUMER,
    'const MAX_BURST = 10;',
    'const MAX_BURST = 10_000;',
    consumer,
    'no more than fits',
  ),
  mutant('bullmq: a close hands back', CONSUMER, 'this.handBack(this.waiting);', '', consumer, 'closes by ending'),
  mutant(
    'bullmq: what Redis does not take goes by NOTIFY',
    PUBLISHER,
    'this.link.fail(error as Error);\n      this.fallback(batch);',
    'this.link.fail(error as Error);',
    outages,
    'stops answering',
  ),
  mutant(
    'bullmq: the return of Redis restarts',
    BULLMQ,
    'if (up) consumer.restart();\n        else consumer.pause();',
    'if (!up) consumer.pause();',
    failover,
    'is left while it is a replica',
  ),
  mutant('board: for operators', BOARD, "'queues:operate'", "'queues:read'", board, 'nothing without the permission'),
  mutant('board: only shows', BOARD, 'refuseWrites(request);', '', board, 'read-only'),
];

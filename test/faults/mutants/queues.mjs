import { mutant, SQL } from './mutant.mjs';

const QUEUES = 'src/engine/queues/queue.sql.ts';
const MEMORY = 'src/queue/drivers/memory.ts';
const BOARD = 'src/app/bull-board/bull-board.ts';
const READER = 'src/queue/drivers/bullmq/ticket-reader.ts';
const queues = 'test/queue/queues.int-spec.ts';
const memory = 'test/queue/memory.contract-spec.ts';
const redisFaults = 'test/queue/redis-faults.int-spec.ts';
const board = 'test/queue/bull-board.e2e-spec.ts';

export const queueing = [
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
    "await client.query('SELECT pg_advisory_lock($1)', [ONE_PROCESS]);",
    '',
    memory,
    'the start is refused',
  ),
  mutant('memory: dry means ask', MEMORY, 'heap.size < limit', 'heap.size < 0', memory, 'the highest priority first'),
  mutant('tickets: gathered for 5 ms', READER, ' && performance.now() < until', '', redisFaults, 'answered while further ones'),
  mutant('board: for operators', BOARD, "'queues:operate'", "'queues:read'", board, 'nothing without the permission'),
  mutant('board: only shows', BOARD, 'refuseWrites(request);', '', board, 'read-only'),
];

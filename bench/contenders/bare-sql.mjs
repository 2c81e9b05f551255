// The upper limit: the statements of the engine on its connections, in its batch sizes, without any other code.
import { v7 as uuidv7 } from 'uuid';
import { migrateDatabase } from '../../dist/src/platform/database/migrate.js';
import { executorOf, Pools } from '../../dist/src/platform/database/pools.js';
import { StatementBatcher } from '../../dist/src/platform/database/statement-batcher.js';
import { CLAIM_ONLY_NAME } from '../../dist/src/engine/claim.sql.js';
import { COMPLETE_TASKS } from '../../dist/src/engine/settle.sql.js';
import { INSERT_TASKS } from '../../dist/src/engine/task.sql.js';
import { inChunks } from '../lib/chunks.mjs';

const LOOPS = 2;
const CLAIM = 250;
const INSERT = 500;
const OWNER = 'bench:bare-sql';

export function configuration(part) {
  if (part === 'submit') return `simultaneous callers share an INSERT of at most ${INSERT}; the full audit`;
  return `${LOOPS} loops, each claims ${CLAIM} and completes ${CLAIM}, in turns; the full audit`;
}

export async function open({ postgresUrl, onTask }) {
  await migrateDatabase({ url: postgresUrl });
  const pools = new Pools({ url: postgresUrl, apiSize: 8 });
  const [api, engine] = [executorOf(pools.api), executorOf(pools.engine)];
  const insert = (rows) => api.query(INSERT_TASKS, [JSON.stringify(rows)]);
  const submissions = new StatementBatcher({ run: insert, maxRows: INSERT });
  const idle = new Set();
  let notified = 0;
  let closed = false;
  let loops = [];

  const ring = () => {
    notified++;
    for (const wake of idle) wake();
    idle.clear();
  };
  async function claimLoop() {
    while (!closed) {
      const seen = notified;
      const claimed = await engine.query(CLAIM_ONLY_NAME, ['default', CLAIM, OWNER, 15, 'noop']);
      for (const { params } of claimed) onTask(params.n);
      const rows = claimed.map(({ id, epoch }) => ({ id, epoch, result: null }));
      if (rows.length > 0) await engine.query(COMPLETE_TASKS, [JSON.stringify(rows), OWNER]);
      else if (seen === notified && !closed) await new Promise((wake) => idle.add(wake));
    }
  }
  return {
    submitMany: (count) => inChunks(count, INSERT, (ns) => insert(ns.map(rowOf))),
    async submit(n) {
      await submissions.add(rowOf(n));
      ring();
    },
    start: () => void (loops = Array.from({ length: LOOPS }, claimLoop)),
    unfinished: async () => (await pools.api.query('SELECT count(*)::int AS n FROM tasks WHERE terminal_at IS NULL')).rows[0].n,
    async close() {
      closed = true;
      ring();
      await Promise.all(loops);
      await pools.close();
    },
  };
}

const rowOf = (n) => ({
  id: uuidv7(),
  name: 'noop',
  queue: 'default',
  priority: 5,
  runAt: null,
  params: { n },
  maxAttempts: 3,
  maxRejections: 2,
  backoff: { baseMs: 1_000, maxMs: 300_000 },
  timeoutMs: 300_000,
  expiresInMs: null,
  parentId: null,
  createdBy: 'bench',
  actor: 'bench',
  trigger: 'api',
  idempotencyKey: null,
  requestHash: null,
});

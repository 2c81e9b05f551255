import { DBOS, DBOSClient } from '@dbos-inc/dbos-sdk';
import pg from 'pg';
import { inChunks } from '../lib/chunks.mjs';

const CONCURRENCY = 500;
const POLLING_MS = 20;
const CONNECTIONS = 20;
const BULK = 500;
const QUEUE = 'bench';
const VERSION = 'bench';

export const configuration = () =>
  `DBOS Transact 5.3, a queue of workflows without steps, workerConcurrency ${CONCURRENCY} (of 100, 500, 1,000), polling each ${POLLING_MS} ms (of 10, 20, 50), ${CONNECTIONS} connections; enqueued in transactions of ${BULK}`;

export async function open({ postgresUrl, onTask }) {
  const pool = new pg.Pool({ connectionString: postgresUrl, max: 4 });
  const quiet = { info() {}, debug() {}, warn() {}, error: console.error };
  DBOS.setConfig({
    name: 'bench',
    systemDatabaseUrl: postgresUrl,
    systemDatabasePoolSize: CONNECTIONS,
    applicationVersion: VERSION,
    logger: quiet,
  });
  DBOS.registerWorkflow(async (n) => onTask(n), { name: 'noop' });
  await DBOS.migrate(postgresUrl);
  const client = await DBOSClient.create({ systemDatabaseUrl: postgresUrl, applicationName: 'bench', logger: quiet });
  // Before the launch, which would otherwise find it only at its next look.
  await client.registerQueue(QUEUE, { workerConcurrency: CONCURRENCY, minPollingIntervalMs: POLLING_MS });
  const options = { queueName: QUEUE, workflowName: 'noop', appVersion: VERSION };

  async function enqueueAll(ns) {
    const connection = await pool.connect();
    try {
      await connection.query('BEGIN');
      for (const n of ns) await client.enqueueInTransaction(connection, options, n);
      await connection.query('COMMIT');
    } finally {
      connection.release();
    }
  }
  return {
    submitMany: (count) => inChunks(count, BULK, enqueueAll),
    submit: (n) => client.enqueue(options, n),
    async start() {
      await DBOS.launch();
    },
    async unfinished() {
      const { rows } = await pool.query(`SELECT count(*)::int AS n FROM dbos.workflow_status WHERE status IN ('ENQUEUED', 'PENDING')`);
      return rows[0].n;
    },
    async close() {
      await DBOS.shutdown({ deregister: true });
      await client.destroy();
      await pool.end();
    },
  };
}

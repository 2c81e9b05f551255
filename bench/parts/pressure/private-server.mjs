// A private PostgreSQL for one cell, with a new data directory.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { now } from './ledger.mjs';

/** For 300 idle connections; the same in each cell. */
const MAX_CONNECTIONS = 450;
const DATABASE = 'bench';
/** Built when this file is loaded, or later. */
const EMBEDDED = '../../../dist/src/platform/database/embedded/embedded-postgres.js';

export async function startPrivateServer(folder) {
  const { startEmbeddedPostgres } = await import(EMBEDDED);
  const options = { baseDir: join(folder, 'postgres'), flags: ['-c', `max_connections=${MAX_CONNECTIONS}`] };
  mkdirSync(options.baseDir);
  let server = await startEmbeddedPostgres(options);
  await withClient(server.url, (client) => client.query(`CREATE DATABASE ${DATABASE}`));
  const url = Object.assign(new URL(server.url), { pathname: `/${DATABASE}` }).href;
  return {
    url,
    version: server.version,
    /** Kills the postmaster and starts the server again, on its port. Resolves when it accepts connections. */
    async crash() {
      const at = now();
      process.kill(server.pid, 'SIGKILL');
      await server.whenGone();
      const { port } = server;
      server = await startEmbeddedPostgres({ ...options, port });
      if (server.port !== port) throw new Error(`port ${port} was taken during the restart`);
      await withClient(url, (client) => client.query('SELECT 1'));
      return { at, back: now() };
    },
    stop: () => server.stop(),
  };
}

/** A connection of the benchmark itself. The caller ends it. */
export async function connect(url) {
  const client = new pg.Client({ connectionString: url, application_name: 'bench' });
  client.on('error', () => {}); // the server may be killed
  await client.connect();
  return client;
}

export async function withClient(url, work) {
  const client = await connect(url);
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Server } from '../process/server.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { all, makeKeys, RawClient } from './crowd-clients.ts';
import { waitFor } from '../support/wait-for.ts';
import pg from 'pg';

const CLIENTS = 2_000;
const STREAMS_PER_KEY = 5;
const EXIT_MS = 30_000;

let database: TestDatabase;
let server: Server;
beforeAll(async () => {
  database = await createTestDatabase();
  server = new Server({ DATABASE_URL: database.url, NODE_ENV: 'production' });
}, 60_000);
afterAll(async () => {
  await server.remove();
  await database.drop();
}, 60_000);

it('a process with 2,000 open event streams ends within 30 s of SIGTERM, and says bye to each', async () => {
  const url = await server.start();
  const client = new pg.Client(database.url);
  await client.connect();
  const keys = await makeKeys((text, values) => client.query(text, values), CLIENTS / STREAMS_PER_KEY);
  await client.end();
  const clients: RawClient[] = [];
  while (clients.length < CLIENTS) {
    const wave = keys.map((key) => new RawClient(url, key));
    await all(wave, 'event: ready', 60_000);
    clients.push(...wave);
  }
  const started = performance.now();
  const code = await server.stop('SIGTERM');
  const ms = Math.round(performance.now() - started);
  await waitFor(async () => clients.every(({ closed }) => closed), { what: 'all connections to end' });
  const said = clients.filter(({ text }) => text.includes('event: bye')).length;
  console.log(`${CLIENTS} event streams: exit code ${code} after ${ms} ms, ${said} were told bye`);
  expect([code, said]).toEqual([0, CLIENTS]);
  expect(ms).toBeLessThan(EXIT_MS);
}, 240_000);

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Socket } from 'node:net';
import pg from 'pg';
import { SessionClient } from '../../src/platform/database/connections.ts';
import { endWithin } from '../../src/platform/database/end-connections.ts';
import { TcpRelay } from '../support/tcp-relay.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { waitFor } from '../support/wait-for.ts';

let database: TestDatabase;
let admin: pg.Client;
let relay: TcpRelay | undefined;

beforeAll(async () => {
  database = await createTestDatabase();
  admin = new pg.Client({ connectionString: database.url, application_name: 'administrator' });
  await admin.connect();
});
afterEach(() => relay?.stop());
afterAll(async () => {
  await admin.end();
  await database.drop();
});

const socketOf = (client: object): Socket => (Reflect.get(client, 'connection') as { stream: Socket }).stream;

describe('the end of connections', () => {
  it('closes a connection that was never given back to its pool', async () => {
    const pool = new pg.Pool({ connectionString: database.url, application_name: 'leaking' });
    const leaked = await pool.connect();
    leaked.on('error', () => undefined);
    await endWithin(pool, 50);
    expect(socketOf(leaked).destroyed).toBe(true);
    const left = `SELECT FROM pg_stat_activity WHERE application_name = 'leaking'`;
    await waitFor(async () => (await admin.query(left)).rowCount === 0, { what: 'the end of its session' });
  });

  it('closes the socket to a server that does not answer', async () => {
    const server = new URL(database.url);
    relay = new TcpRelay(Number(server.port));
    await relay.start();
    server.port = String(relay.port);
    const client = new SessionClient({ url: server.href }, 'ending');
    await client.open();
    relay.freeze();
    await endWithin(client, 50);
    expect(socketOf(client).destroyed).toBe(true);
  });
});

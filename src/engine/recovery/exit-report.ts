import { type DatabaseAddress, SessionClient } from '../../platform/database/connections.ts';
import { endWithin } from '../../platform/database/end-connections.ts';
import { RESCUE_OWNED, REQUEUE_OWNED_WITHOUT_PENALTY } from './recovery.sql.ts';

const END_MS = 1_000;
/** A locked table delays the restart of a process by at most 2 s for each of two statements. Then its leases expire. */
const BOUNDS = { lockMs: 2_000, statementMs: 4_000 };

async function rescueOwned(address: DatabaseAddress, bootId: string | null, actor: string): Promise<number> {
  const client = new SessionClient(address, 'exit-report', {
    connectionTimeoutMillis: 5_000,
    query_timeout: BOUNDS.statementMs + 1_000,
    bounds: BOUNDS,
  });
  try {
    await client.open();
    // The newest of the tables that the statements below write to. Before its migration there are no leases.
    const known = await client.query<{ newest: string | null }>(`SELECT to_regclass('agent_crashes') AS newest`);
    if (known.rows[0]?.newest === null) return 0;
    const requeued = await client.query(REQUEUE_OWNED_WITHOUT_PENALTY, [bootId, actor]);
    const rescued = await client.query(RESCUE_OWNED, [bootId, actor]);
    await client.query(`SELECT pg_notify('contenthub_ready', '')`);
    return (requeued.rowCount ?? 0) + (rescued.rowCount ?? 0);
  } finally {
    await endWithin(client, END_MS);
  }
}

/** A process has ended: its tasks are ready again at once, instead of when their leases expire. Returns their number. */
export function reportExit(address: DatabaseAddress, bootId: string): Promise<number> {
  return rescueOwned(address, bootId, 'supervisor');
}

/** After this process started the database: no owner of a lease can be connected to it. Returns the number of leases. */
export function releaseAllLeases(address: DatabaseAddress): Promise<number> {
  return rescueOwned(address, null, 'start');
}

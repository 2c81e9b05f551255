import { type DatabaseAddress, SessionClient } from '../../platform/database/connections.ts';
import { endWithin } from '../../platform/database/end-connections.ts';
import { RESCUE_OWNED, REQUEUE_OWNED_WITHOUT_PENALTY } from './recovery.sql.ts';

const END_MS = 1_000;
/** A locked table delays the restart of a process by 2 s for each of two statements; then its leases expire by themselves. */
const BOUNDS = { lockMs: 2_000, statementMs: 4_000 };

async function rescueOwned(address: DatabaseAddress, bootId: string | null, actor: string): Promise<number> {
  const client = new SessionClient(address, 'exit-report', {
    connectionTimeoutMillis: 5_000,
    query_timeout: BOUNDS.statementMs + 1_000,
    bounds: BOUNDS,
  });
  try {
    await client.open();
    // The newest of the tables that are written to. Before the migration that brings it the leases end by themselves.
    const known = await client.query<{ newest: string | null }>(`SELECT to_regclass('agent_crashes') AS newest`);
    if (known.rows[0]?.newest === null) return 0;
    const spared = await client.query(REQUEUE_OWNED_WITHOUT_PENALTY, [bootId, actor]);
    const rescued = await client.query(RESCUE_OWNED, [bootId, actor]);
    await client.query(`SELECT pg_notify('contenthub_ready', '')`);
    return (spared.rowCount ?? 0) + (rescued.rowCount ?? 0);
  } finally {
    await endWithin(client, END_MS);
  }
}

/** A process is known to be dead: its tasks run again at once instead of after their leases. Returns how many there were. */
export function reportExit(address: DatabaseAddress, bootId: string): Promise<number> {
  return rescueOwned(address, bootId, 'supervisor');
}

/** After a start of the database by this process alone, when no owner of a lease can be connected to it. Returns how many leases there were. */
export function releaseAllLeases(address: DatabaseAddress): Promise<number> {
  return rescueOwned(address, null, 'start');
}

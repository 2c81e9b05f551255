import { expect, it } from '@jest/globals';
import pg from 'pg';
import type { FeedPageRow } from '../../src/engine/inspection/transition-feed-reader.ts';
import { SELECT_EVENTS } from '../../src/engine/inspection/transition-feed.sql.ts';
import { useEngines } from '../support/engine.ts';
import { waitFor } from '../support/wait-for.ts';

const harness = useEngines();

/** What a reader at this transaction finds. */
async function read(xid: string): Promise<{ ids: unknown[]; hidden: boolean | undefined }> {
  const rows = await harness.sql<FeedPageRow>(SELECT_EVENTS, [[xid], [0]]);
  return { ids: rows.flatMap(({ id }) => id ?? []), hidden: rows[0]?.hidden };
}

it('the feed has no rows newer than a running transaction, and says so', async () => {
  const engine = await harness.start({ handlers: [{ name: 'noop', handle: () => undefined }] });
  const holder = new pg.Client({ connectionString: harness.url });
  await holder.connect();
  try {
    const { rows } = await holder.query<{ xid: string }>('SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS xid');
    const from = rows[0]?.xid ?? '';
    await holder.query('BEGIN');
    await holder.query('SELECT pg_current_xact_id()');
    const id = await engine.submit('noop');
    expect(await read(from)).toEqual({ ids: [], hidden: true });
    await holder.query('COMMIT');
    await waitFor(async () => !(await read(from)).hidden, { what: 'the end of other transactions of the server' });
    expect(await read(from)).toMatchObject({ ids: [id] });
  } finally {
    await holder.end();
  }
});

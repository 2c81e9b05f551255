import { expect, it } from '@jest/globals';
import pg from 'pg';
import { TransitionFeedReader } from '../../src/engine/inspection/transition-feed-reader.ts';
import { type EventReader, EventSource } from '../../src/monitoring/events/event-source.ts';
import { Pools } from '../../src/platform/database/pools.ts';
import type { Page } from '../../src/platform/http/sse-broadcaster.ts';
import { useEngines } from '../support/engine.ts';
import { waitFor } from '../support/wait-for.ts';

const harness = useEngines();

it('the feed has no rows newer than a running transaction, and says so', async () => {
  const engine = await harness.start({ handlers: [{ name: 'noop', handle: () => undefined }] });
  const pools = new Pools({ url: harness.url, apiSize: 1 });
  const source = new EventSource(new TransitionFeedReader(pools), () => Promise.resolve(undefined));
  const holder = new pg.Client({ connectionString: harness.url });
  await holder.connect();
  try {
    const { rows } = await holder.query<{ xid: string }>('SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS xid');
    const start: EventReader = { xid: rows[0]?.xid ?? '', ordinal: 0, at: 0, behind: 0, scope: null, topics: new Set(['executions']) };
    const read = async (): Promise<Page<EventReader> | undefined> => (await source.read([start]))[0];
    await holder.query('BEGIN');
    await holder.query('SELECT pg_current_xact_id()');
    const id = await engine.submit('noop');
    expect(await read()).toMatchObject({ text: '', incomplete: true });
    await holder.query('COMMIT');
    const text = await waitFor(async () => (await read())?.text || undefined, { what: 'the event of the task' });
    expect(text).toContain(id);
    // Other tests of the server run transactions too.
    await waitFor(async () => (await read())?.incomplete === false, { what: 'a moment without transactions' });
  } finally {
    await Promise.all([holder.end(), pools.close()]);
  }
});

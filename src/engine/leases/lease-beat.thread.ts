/**
 * Runs in a worker thread with a connection of its own: a handler that blocks the event loop, or many
 * statements in the pools, must not cost the process its leases.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { EXTEND_LEASES } from './lease.sql.ts';
import type { Fence } from '../../core/task/task.ts';
import { timerMs } from '../../core/time/timer-ms.ts';
import { SessionClient } from '../../platform/database/connections.ts';
import { endWithin } from '../../platform/database/end-connections.ts';
import { watchHeartbeat } from '../../platform/lifecycle/event-loop-heartbeat.ts';
import type { BeatReport, BeatCommand, BeatSettings, PackedFences } from './lease-keeper.ts';

const settings = workerData as BeatSettings;
const leases = new Map<string, number>();
let client: SessionClient | undefined;

/** Less than the wait for an answer: the server cancels a statement before the client closes its connection. */
const STATEMENT_MS = Math.max(50, settings.beatMs - 500);
const RETRY_MS = 500;
/** A heartbeat does not wait longer for the previous connection to close. */
const END_MS = 500;
/** Until the next renewal, when some rows were locked. */
const LOCKED_AGAIN_MS = 500;

const report = (message: BeatReport) => parentPort?.postMessage(message);

async function connected(): Promise<SessionClient> {
  if (client) return client;
  const fresh = new SessionClient(settings.address, 'beat', {
    query_timeout: settings.beatMs,
    bounds: { statementMs: STATEMENT_MS, lockMs: STATEMENT_MS },
  });
  const gone = () => {
    if (client === fresh) client = undefined;
  };
  fresh.on('error', gone).on('end', gone);
  try {
    await fresh.open();
  } catch (error) {
    await endWithin(fresh, END_MS);
    throw error;
  }
  client = fresh;
  return fresh;
}

/** Returns the milliseconds until the next heartbeat. */
async function beat(): Promise<number> {
  const sent = [...leases];
  if (sent.length === 0) return settings.beatMs;
  const db = await connected();
  try {
    const kept = await db.query<{ id: string; renewed: boolean }>(EXTEND_LEASES, [
      sent.map(([id]) => id),
      sent.map(([, epoch]) => epoch),
      settings.ttlMs / 1_000,
    ]);
    const ids = new Set(kept.rows.map((row) => row.id));
    const lost = sent.filter(([id, epoch]) => !ids.has(id) && leases.get(id) === epoch);
    for (const [id] of lost) leases.delete(id);
    if (lost.length > 0) report({ lost: lost.map(([id, epoch]) => ({ id, epoch })) });
    return kept.rows.every(({ renewed }) => renewed) ? settings.beatMs : Math.min(LOCKED_AGAIN_MS, settings.beatMs);
  } catch (error) {
    client = undefined;
    await endWithin(db, END_MS); // a connection that failed is not used again
    throw error;
  }
}

/** As beat(). After a failure the next one comes soon: leases expire while the database is unavailable. */
async function reportedBeat(): Promise<number> {
  try {
    const pause = await beat();
    report({ beat: 'ok' });
    return pause;
  } catch (error) {
    report({ beat: { error: error instanceof Error ? error.message : String(error) } });
    return Math.min(RETRY_MS, settings.beatMs);
  }
}

const stopping = new AbortController();

if (settings.pulse) {
  const unwatch = watchHeartbeat(settings.pulse, settings.ttlMs, () => process.kill(process.pid, 'SIGKILL'));
  stopping.signal.addEventListener('abort', unwatch);
}

/** Ends after the heartbeat in flight, which may still be connecting. */
async function run(): Promise<void> {
  while (!stopping.signal.aborted) {
    const started = performance.now();
    const pause = await reportedBeat();
    const rest = Math.max(50, pause - (performance.now() - started));
    await delay(timerMs(rest), undefined, stopping).catch(() => undefined);
  }
  if (client) await endWithin(client, END_MS);
  parentPort?.close();
}

parentPort?.on('message', (order: BeatCommand) => {
  for (const { id, epoch } of unpack(order.hold)) leases.set(id, epoch);
  for (const { id, epoch } of unpack(order.drop)) if (leases.get(id) === epoch) leases.delete(id);
  if (order.stop) stopping.abort();
});
function unpack(packed: PackedFences | undefined): Fence[] {
  return packed ? packed.ids.split(',').map((id, i) => ({ id, epoch: packed.epochs[i] as number })) : [];
}

void run();

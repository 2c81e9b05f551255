// Submits at a steady rate from the first message to the second: node producer.mjs '{"name", "postgresUrl", "folder", "rate"}'
// Calls that failed are made up for with new tasks, as a caller who tries again would. So the rate stays the same over
// the whole cell, unless the contender accepts less.
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { PRESSURE_CONTENDERS } from './contenders.mjs';
import { callWriter, now } from './ledger.mjs';

const TICK_MS = 20;
const MAX_CALLS = 4;
const MAX_TASKS = 500;
const AFTER_FAILURE_MS = 100;
const LAST_CALLS_MS = 40_000;

process.once('disconnect', () => process.exit(1)); // the parent has ended

const { name, postgresUrl, folder, rate } = JSON.parse(process.argv[2]);
const calls = callWriter(folder);
const { submitAll } = await PRESSURE_CONTENDERS[name].open({ role: 'producer', postgresUrl, dataDir: folder, onTask: () => {} });
process.send('ready');
await once(process, 'message');

const start = now();
const running = new Set();
let next = 0;
let offered = 0;
let pausedUntil = 0;
let stopped = false;
process.once('message', () => (stopped = true));

async function call(count) {
  const [from, at] = [next, now()];
  next += count;
  offered += count;
  const accepted = await submitAll(Array.from({ length: count }, (_, i) => from + i)).then(
    () => true,
    (error) => {
      console.error(`a call failed: ${error.message}`);
      return false;
    },
  );
  calls.store({ from, count, at, accepted });
  if (accepted) return;
  offered -= count;
  pausedUntil = now() + AFTER_FAILURE_MS;
}

while (!stopped) {
  const due = () => Math.floor(((now() - start) / 1_000) * rate) - offered;
  while (due() > 0 && running.size < MAX_CALLS && now() >= pausedUntil) {
    const promise = call(Math.min(due(), MAX_TASKS)).finally(() => running.delete(promise));
    running.add(promise);
  }
  await delay(TICK_MS);
}
await Promise.race([Promise.all(running), delay(LAST_CALLS_MS)]);
calls.close();
process.send({ unanswered: running.size }, () => process.exit(0));

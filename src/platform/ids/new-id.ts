import { randomInt } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { randomBytesFromPool } from './random-bytes.ts';

/** A clock that is set back by more than this was wrong before; a smaller step is the work of NTP. */
const STEP_BACK_MS = 1_000;
const SEQUENCES = 2 ** 32;
const RANDOM_BYTES = 16;

let lastMs = Number.NEGATIVE_INFINITY;
let sequence = 0;

/**
 * A UUIDv7, larger than the ids that this process made before. After the clock was set back the ids begin with its new time:
 * the generator of `uuid` repeats the time that was ahead until the process ends, and lists by time would miss its tasks.
 */
export function newId(): string {
  const now = Date.now();
  if (now > lastMs || now < lastMs - STEP_BACK_MS) startAt(now);
  else if (sequence === SEQUENCES - 1) startAt(lastMs + 1);
  else sequence += 1;
  return uuidv7({ msecs: lastMs, seq: sequence, random: randomBytesFromPool(RANDOM_BYTES) });
}

/** The upper half is left for the ids of the same millisecond. */
function startAt(ms: number): void {
  lastMs = ms;
  sequence = randomInt(SEQUENCES / 2);
}

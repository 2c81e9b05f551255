import { describeEngine, openEngine } from '../lib/engine.mjs';

const BATCH = { size: 250 };

export const configuration = (part, slots) =>
  describeEngine(part, slots, `as contenthub-postgres, with a handler of batches of ${BATCH.size}`);

export const open = (options) => openEngine({ ...options, batch: BATCH }, { QUEUE_DRIVER: 'postgres' });

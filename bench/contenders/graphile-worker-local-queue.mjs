import { openGraphile } from '../lib/graphile.mjs';

const CONCURRENCY = 24;
const SIZE = 500;

export const configuration = () =>
  `graphile-worker 0.18, addJobs of 500, concurrentJobs ${CONCURRENCY} (of 8, 24, 40), localQueue.size ${SIZE} (of 250, 500, 1,000), completions batched for 0 ms`;

export const open = (options) =>
  openGraphile(options, { concurrentJobs: CONCURRENCY, localQueue: { size: SIZE }, completeJobBatchDelay: 0, failJobBatchDelay: 0 });

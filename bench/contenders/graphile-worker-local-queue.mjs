import { openGraphile } from '../lib/graphile.mjs';

const CONCURRENCY = 24;
const SIZE = 500;

export const configuration = () =>
  `graphile-worker 0.18, addJobs of 500, concurrentJobs ${CONCURRENCY}, localQueue.size ${SIZE}, completions batched for 0 ms`;

export const open = (options) =>
  openGraphile(options, { concurrentJobs: CONCURRENCY, localQueue: { size: SIZE }, completeJobBatchDelay: 0, failJobBatchDelay: 0 });

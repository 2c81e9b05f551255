import { openGraphile } from '../lib/graphile.mjs';

const CONCURRENCY = 24;

export const configuration = () =>
  `graphile-worker 0.18, addJobs of 500, concurrentJobs ${CONCURRENCY} (best of 4, 8, 10, 16, 24, 40), else its defaults`;

export const open = (options) => openGraphile(options, { concurrentJobs: CONCURRENCY });

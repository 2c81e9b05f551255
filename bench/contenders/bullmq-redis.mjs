import { Queue, Worker } from 'bullmq';
import { openBullmq } from '../lib/bullmq.mjs';

const CONCURRENCY = 100;

export const configuration = () =>
  `BullMQ 6.7 with its defaults, addBulk of 500, one worker, concurrency ${CONCURRENCY} (best of 25, 50, 100, 200, 400); Redis without persistence`;

export function open({ redisUrl, onTask }) {
  const { hostname: host, port } = new URL(redisUrl);
  return openBullmq({ Queue, Worker }, { host, port: Number(port), maxRetriesPerRequest: null }, CONCURRENCY, onTask);
}

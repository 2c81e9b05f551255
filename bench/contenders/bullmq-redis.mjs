import { Queue, Worker } from 'bullmq';
import { openBullmq } from '../lib/bullmq.mjs';

const CONCURRENCY = 100;

export const configuration = () =>
  `BullMQ 6.7 as it comes, addBulk of 500, one worker, concurrency ${CONCURRENCY} (best of 25, 50, 100, 200, 400); Redis keeps nothing on disk`;

export function open({ redisUrl, onTask }) {
  const { hostname: host, port } = new URL(redisUrl);
  return openBullmq({ Queue, Worker }, { host, port: Number(port), maxRetriesPerRequest: null }, CONCURRENCY, onTask);
}

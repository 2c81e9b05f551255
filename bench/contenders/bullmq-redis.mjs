import { Queue, Worker } from 'bullmq';
import { openBullmq } from '../lib/bullmq.mjs';

const CONCURRENCY = 100;

const PERSISTENCE = {
  'bullmq-redis': 'without persistence: a crash of the server loses all',
  'bullmq-redis-everysec': 'with appendfsync everysec, as its documentation asks for: a crash loses the last second',
  'bullmq-redis-always': 'with appendfsync always: a crash loses nothing, as with PostgreSQL',
};

export const configuration = (_part, _slots, name) =>
  `BullMQ 6.7 with its defaults, addBulk of 500, one worker, concurrency ${CONCURRENCY} (best of 25, 50, 100, 200, 400); Redis ${PERSISTENCE[name]}`;

export function open({ redisUrl, onTask }) {
  const { hostname: host, port } = new URL(redisUrl);
  return openBullmq({ Queue, Worker }, { host, port: Number(port), maxRetriesPerRequest: null }, CONCURRENCY, onTask);
}

import { describeEngine, openApplication, openEngine } from '../lib/engine.mjs';

export const configuration = (part, slots) => describeEngine(part, slots, 'tickets over BullMQ on Redis, truth and audit in PostgreSQL');

export function open(options) {
  const settings = { QUEUE_DRIVER: 'bullmq', REDIS_URL: options.redisUrl };
  return options.part === 'submit-http' ? openApplication(options, settings) : openEngine(options, settings);
}

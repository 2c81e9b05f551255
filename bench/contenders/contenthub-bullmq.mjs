import { describeEngine, openApplication, openEngine } from '../lib/engine.mjs';

export const configuration = (part, slots) => describeEngine(part, slots, 'wake-ups by BullMQ jobs, truth and audit in PostgreSQL');

export function open(options) {
  const settings = { QUEUE_DRIVER: 'bullmq', REDIS_URL: options.redisUrl };
  return options.part === 'submit-http' ? openApplication(options, settings) : openEngine(options, settings);
}

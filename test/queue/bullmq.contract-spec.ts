import { describeRedis } from '../support/describe-redis.ts';
import { describeTaskQueue } from './contract.ts';

describeRedis('the bullmq driver', (url) =>
  describeTaskQueue({ settings: { QUEUE_DRIVER: 'bullmq', REDIS_URL: url, REDIS_PREFIX: `contract-${process.pid}` }, shared: true }),
);

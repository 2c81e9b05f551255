import { describe } from '@jest/globals';
import { describeTaskQueue } from './contract.ts';

describe('the postgres driver', () => {
  describeTaskQueue({ settings: { QUEUE_DRIVER: 'postgres' }, shared: true });
});

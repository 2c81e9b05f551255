import { expect, it } from '@jest/globals';
import type { FailureLog } from '../../platform/database/failure-log.ts';
import type { Pools } from '../../platform/database/pools.ts';
import { LoopRegistry } from '../../platform/lifecycle/loop-registry.ts';
import { SystemScheduleSync } from './system-schedule-sync.ts';

it('no loop that can be paused begins a round before the pauses are read', async () => {
  const loops = new LoopRegistry();
  const pools = { engine: { query: async () => ({ rows: [] }) } } as unknown as Pools;
  const sync = new SystemScheduleSync(pools, loops, { of: () => () => {} } as unknown as FailureLog);
  expect(['publish-pool', 'promoter'].map((name) => loops.isPaused(name))).toEqual([true, false]);
  await sync.sync();
  expect(loops.isPaused('publish-pool')).toBe(false);
  await sync.onModuleDestroy();
});

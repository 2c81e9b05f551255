import { expect } from '@jest/globals';
import type { Fence } from '../../src/core/task/task.ts';
import { type Engine, useEngines } from '../support/engine.ts';
import { useEffects } from './effects.ts';

/** Engines with a task that has no effects and one that has, and ways to take a lease away. */
export function useFencedEngines() {
  const harness = useEngines();
  const effects = useEffects(harness);
  const HANDLERS = ['plain', 'with-effects'].map((name) => ({
    name,
    options: { backoff: { baseMs: 1, maxMs: 1 } },
    handle: (): unknown => 'done',
  }));
  const start = (options: Parameters<typeof harness.start>[0] = {}) =>
    harness.start({ handlers: HANDLERS, resultHandlers: { 'with-effects': effects.handler }, ...options });

  /** Takes the lease away from a task, as after the loss of its worker. */
  const rescue = async (engine: Engine, { id, epoch }: Fence): Promise<void> => {
    await harness.sql(`UPDATE tasks SET lease_expires_at = app_now() - interval '1 s' WHERE id = $1`, [id]);
    expect(await engine.maintenance.rescue([{ id, epoch, beat: 0 }], 'rescuer')).toHaveLength(1);
  };

  return { harness, effects, HANDLERS, start, rescue };
}

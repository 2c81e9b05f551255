import { describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import { summaryOf } from '../../src/engine/bulk/bulk-action.ts';
import type { BulkRequest } from '../../src/tasks/bulk/bulk.dto.ts';
import { type Engine, OTHER_OWNER } from '../support/engine.ts';
import { fill, later, perform, preview, useBulkEngines } from './bulk-engine.ts';

const { start, statuses } = useBulkEngines();

describe('a preview', () => {
  it('counts the eligible tasks, and the reasons of the others', async () => {
    const engine = await start();
    const ids = await fill(engine, 12);
    await engine.tasks.cancelByIds(ids.slice(0, 3), 'me');
    const counts = await preview(engine, { action: 'cancel', filter: { taskName: ['quick'] } });
    expect(counts).toEqual({ matched: 12, eligible: 9, skipped: { already_finished: 3 } });
    expect(summaryOf(counts)).toBe('9 of 12 eligible, 3 already finished');
    expect(await statuses()).toEqual({ submitted: 9, cancelled: 3 });
  });

  it('counts unknown ids', async () => {
    const engine = await start();
    const [id = ''] = await fill(engine, 1);
    const ids = [id, id.toUpperCase(), uuidv7()];
    expect(await preview(engine, { action: 'cancel', ids })).toEqual({ matched: 2, eligible: 1, skipped: { not_found: 1 } });
    expect(await perform(engine, { action: 'cancel', ids })).toEqual({
      action: 'cancel',
      matched: 2,
      eligible: 1,
      done: 1,
      skipped: { not_found: 1 },
    });
  });

  /** Tasks with every status and every reason. */
  async function mixed(): Promise<Engine> {
    const engine = await start({ slots: { operations: 1, work: 1 } });
    await fill(engine, 3);
    await fill(engine, 2, 'quick', { runAt: later });
    await fill(engine, 2, 'quick', { priority: 9 });
    const [a, b, c, d] = (await fill(engine, 5, 'slow')) as [string, string, string, string, string];
    await fill(engine, 1, 'quick', { dependsOn: [d] });
    await engine.tasks.cancelByIds([a], 'me');
    const claimed = new Map<string, number>();
    for (let i = 0; i < 9; i++) {
      const task = await engine.claim();
      claimed.set(task.id, task.epoch);
    }
    const fence = (id: string) => ({ id, epoch: claimed.get(id) ?? 0 });
    await engine.attempts.complete([{ ...fence(b), result: 1 }], OTHER_OWNER);
    const error = { class: 'internal' as const, code: 'x', message: 'x', fingerprint: 'x' };
    await engine.attempts.fail([{ ...fence(c), status: 'failed', error }], OTHER_OWNER);
    return engine;
  }

  it.each<[BulkRequest]>([
    [{ action: 'cancel', filter: { taskName: ['quick', 'slow'] } }],
    [{ action: 'cancel', filter: { status: ['pending', 'submitted'] } }],
    [{ action: 'cancel', filter: { status: ['running'] } }],
    [{ action: 'retry', filter: { taskName: ['quick', 'slow'] } }],
    [{ action: 'retry', filter: { status: ['failed'], errorCode: 'x' } }],
    [{ action: 'reprioritise', priority: 9, filter: { taskName: ['quick', 'slow'] } }],
    [{ action: 'reprioritise', priority: 1, filter: { since: new Date(0).toISOString() } }],
  ])('is exact on an idle system: %j', async (request) => {
    const engine = await mixed();
    const before = await preview(engine, request);
    const result = await perform(engine, request);
    expect(result).toEqual({ action: request.action, ...before, done: before.eligible });
    expect(before.eligible).toBeGreaterThan(0);
    expect(await preview(engine, request)).not.toEqual(before);
  });
});

import { afterEach, describe, expect, it } from '@jest/globals';
import { violatedInvariants } from '../support/invariants.ts';
import { OTHER_OWNER, useEngines } from '../support/engine.ts';
import { withoutTriggers } from '../support/without-triggers.ts';

// Registered before useEngines, whose check would find what is planted here.
afterEach(() => harness.sql('DELETE FROM task_dependencies; DELETE FROM task_audit; DELETE FROM tasks'));

const harness = useEngines();
const start = () => harness.start({ handlers: [{ name: 'noop', handle: () => undefined }] });
const EARLY = 'no claim is dated before its submission, nor before the claim before it';
const UNMET = 'no dependent is claimed before its dependency has ended';

describe('the invariants find', () => {
  it.each([
    ['a claim before its submission', `UPDATE task_audit SET at = at - interval '1 min' WHERE reason = 'claim'`],
    ['a start before the submission', `UPDATE tasks SET started_at = created_at - interval '1 ms'`],
    ['a claim before the claim before it', `UPDATE task_audit SET at = at + interval '1 min' WHERE reason = 'claim' AND attempt = 1`],
  ])('%s', async (_, plant) => {
    const engine = await start();
    const id = await engine.submit('noop');
    const { epoch } = await engine.claim();
    const error = { class: 'internal', code: 'x', message: 'x', fingerprint: 'x' } as const;
    await engine.attempts.retry([{ id, epoch, delayMs: 0, error }], OTHER_OWNER);
    await engine.claim();
    expect(await violatedInvariants(harness.sql)).toEqual([]);
    await withoutTriggers(harness.sql, plant);
    expect(await violatedInvariants(harness.sql)).toEqual([`${EARLY}: ${id}`]);
  });

  it.each([
    ['is still running', '', true],
    ['failed', `UPDATE tasks SET status = 'failed', version = version + 1, reason = 'fail'`, true],
    [
      'failed, when it runs anyway',
      `UPDATE task_dependencies SET on_failure = 'run'; UPDATE tasks SET status = 'failed', version = version + 1, reason = 'fail'`,
      false,
    ],
    ['is ignored', `UPDATE task_dependencies SET ignored_in_generations = '{1}'`, false],
  ])('a claim whose dependency %s', async (_, plant, broken) => {
    const engine = await start();
    const first = await engine.submit('noop');
    const then = await engine.submit('noop', {}, { dependsOn: [first] });
    await engine.claim();
    const end = plant.replace(
      /UPDATE tasks SET(.*)$/,
      (_all, set: string) => `UPDATE tasks SET${set}, lease_epoch = lease_epoch + 1, terminal_at = app_clock(),
      lease_owner = NULL, lease_expires_at = NULL, deadline_at = NULL WHERE id = '${first}'`,
    );
    await harness.sql(`ALTER TABLE tasks DISABLE TRIGGER task_finished; ${end}`);
    await harness.sql(`ALTER TABLE tasks ENABLE TRIGGER task_finished`);
    await harness.sql(
      `UPDATE tasks SET status = 'submitted', open_dependencies = 0, version = version + 1, reason = 'promote' WHERE id = $1`,
      [then],
    );
    expect((await engine.claim()).id).toBe(then);
    expect(await violatedInvariants(harness.sql)).toEqual(broken ? [`${UNMET}: ${then}`] : []);
  });
});

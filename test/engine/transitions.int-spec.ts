import { describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import { allowedEdges, isTerminal, TASK_STATUSES, type TaskStatus } from '../../src/core/task/states.ts';
import type { Failure } from '../../src/core/task/failure.ts';
import { OTHER_OWNER, useEngines } from '../support/engine.ts';

const harness = useEngines();

type Columns = Record<string, string>;

/** The other columns that a row needs in this status. */
function fitting(status: TaskStatus): Columns {
  const leased = status === 'assigned' || status === 'running';
  return {
    status: `'${status}'`,
    terminal_at: isTerminal(status) ? 'app_now()' : 'NULL',
    lease_owner: leased ? `'host:1:boot'` : 'NULL',
    lease_expires_at: leased ? `app_now() + interval '15 s'` : 'NULL',
    deadline_at: status === 'running' ? `app_now() + interval '1 min'` : 'NULL',
  };
}

async function insert(status: TaskStatus, more: Columns = {}): Promise<string> {
  const id = uuidv7();
  const columns: Columns = {
    id: `'${id}'`,
    name: `'x'`,
    rank: 'app_now()',
    run_at: 'app_now()',
    max_attempts: '3',
    backoff: `'{}'`,
    timeout_ms: '1000',
    created_by: `'test'`,
    trigger: `'api'`,
    actor: `'test'`,
    created_at: 'app_now()',
    ...fitting(status),
    ...more,
  };
  await harness.sql(`INSERT INTO tasks (${Object.keys(columns).join()}) VALUES (${Object.values(columns).join()})`);
  return id;
}

const assignments = (columns: Columns) =>
  Object.entries(columns)
    .map(([name, value]) => `${name} = ${value}`)
    .join();

const update = (ids: string[], columns: Columns) => harness.sql(`UPDATE tasks SET ${assignments(columns)} WHERE id = ANY ($1)`, [ids]);

/** A change that is valid except for its edge. */
const move = (id: string, from: TaskStatus, to: TaskStatus, more: Columns = {}) =>
  update([id], {
    ...fitting(to),
    version: 'version + 1',
    lease_epoch: 'lease_epoch + 1',
    generation: isTerminal(from) ? 'generation + 1' : 'generation',
    ...more,
  });

/** A new task, brought to this status by the shortest legal way. */
async function put(status: TaskStatus, more: Columns = {}): Promise<string> {
  if (status === 'pending' || status === 'submitted') return insert(status, more);
  const id = await insert('submitted', more);
  if (status === 'assigned') {
    await move(id, 'submitted', 'assigned');
    return id;
  }
  await move(id, 'submitted', 'running');
  if (status !== 'running') await move(id, 'running', status);
  return id;
}

async function snapshot(): Promise<unknown> {
  return harness.sql(`SELECT (SELECT jsonb_agg(to_jsonb(t) ORDER BY id) FROM tasks t) AS tasks,
                         (SELECT jsonb_agg(to_jsonb(a) ORDER BY task_id, version) FROM task_audit a) AS audit`);
}

/** Why the database rejected a change, and whether it left anything behind. */
async function attempt(change: () => Promise<unknown>): Promise<{ refused: string | null; changed: boolean }> {
  const before = JSON.stringify(await snapshot());
  const refused = await change().then(
    () => null,
    (error: Error) => error.message,
  );
  return { refused, changed: JSON.stringify(await snapshot()) !== before };
}

const DONE = { refused: null, changed: true };
const refusedBy = (rule: RegExp) => ({ refused: expect.stringMatching(rule), changed: false });

const PAIRS = [null, ...TASK_STATUSES].flatMap((from) => TASK_STATUSES.map((to) => [from, to] as const));

describe('the transition table and the database', () => {
  it('allow the same transitions', async () => {
    const rows = await harness.sql<{ edge: string }>(
      `SELECT coalesce(f, '') || '>' || t AS edge FROM unnest($1::text[]) f, unnest($2::text[]) t WHERE task_transition_allowed(f, t)`,
      [[null, ...TASK_STATUSES], TASK_STATUSES],
    );
    expect(rows.map(({ edge }) => edge).sort()).toEqual([...allowedEdges()].sort());
  });

  it.each(PAIRS)('%s > %s', async (from, to) => {
    const change = from === null ? () => insert(to) : await put(from).then((id) => () => move(id, from, to));
    const edge = `${from ?? ''}>${to}`;
    const allowed = allowedEdges().has(edge);
    expect(await attempt(change)).toEqual(allowed ? DONE : refusedBy(/task_audit_transition|illegal change/));
    const [last] = await harness.sql(
      `SELECT coalesce(from_status, '') || '>' || to_status AS edge FROM task_audit ORDER BY version DESC LIMIT 1`,
    );
    expect(last?.['edge'] === edge).toBe(allowed);
  });
});

describe('the database refuses', () => {
  const SAME_EPOCH = { lease_epoch: 'lease_epoch' };
  it.each<[string, TaskStatus, TaskStatus, Columns, RegExp]>([
    ['a change without a new version', 'submitted', 'running', { version: 'version' }, /illegal change/],
    ['a jump of the version', 'submitted', 'running', { version: 'version + 2' }, /illegal change/],
    ['a version that falls', 'submitted', 'running', { version: 'version - 1' }, /illegal change/],
    ['a jump of the epoch', 'submitted', 'running', { lease_epoch: 'lease_epoch + 2' }, /illegal change/],
    ['an epoch that falls', 'running', 'submitted', { lease_epoch: 'lease_epoch - 1' }, /illegal change/],
    ['a lease lost to the queue under the same epoch', 'running', 'submitted', SAME_EPOCH, /illegal change/],
    ['a lease lost to a failure under the same epoch', 'running', 'failed', SAME_EPOCH, /illegal change/],
    ['a lease lost to a cancel under the same epoch', 'assigned', 'cancelled', SAME_EPOCH, /illegal change/],
    ['a lease lost to another owner under the same epoch', 'assigned', 'running', { ...SAME_EPOCH, lease_owner: `'b'` }, /illegal change/],
    ['an end without its time', 'running', 'completed', { terminal_at: 'NULL' }, /tasks_terminal/],
    ['the time of an end before it', 'pending', 'submitted', { terminal_at: 'app_now()' }, /tasks_terminal/],
    ['an owner without a lease', 'pending', 'submitted', { lease_owner: `'a'`, lease_expires_at: 'app_now()' }, /tasks_lease/],
    ['an owner after the end', 'running', 'failed', { lease_owner: `'a'`, lease_expires_at: 'app_now()' }, /tasks_lease/],
    ['a lease without an owner', 'submitted', 'running', { lease_owner: 'NULL', lease_expires_at: 'NULL' }, /tasks_lease/],
    ['a lease without an end', 'submitted', 'running', { lease_expires_at: 'NULL' }, /tasks_lease_expiry/],
    ['the end of a lease without a lease', 'pending', 'submitted', { lease_expires_at: 'app_now()' }, /tasks_lease_expiry/],
    ['a deadline of what does not run', 'submitted', 'assigned', { deadline_at: 'app_now()' }, /tasks_deadline/],
    ['to run without a deadline', 'submitted', 'running', { deadline_at: 'NULL' }, /tasks_deadline/],
    ['an owner beside an external id', 'submitted', 'running', { external_id: `'x'` }, /tasks_lease/],
    ['an external id of what does not run', 'pending', 'submitted', { external_id: `'x'` }, /tasks_external/],
    ['to be ready with open dependencies', 'pending', 'submitted', { open_dependencies: '1' }, /tasks_ready/],
  ])('%s', async (_, from, to, wrong, by) => {
    const id = await put(from);
    expect(await attempt(() => move(id, from, to, wrong))).toEqual(refusedBy(by));
    expect(await attempt(() => move(id, from, to))).toEqual(DONE);
  });

  it.each<[string, TaskStatus, Columns, RegExp]>([
    ['a new version without a change', 'submitted', { version: 'version + 1' }, /illegal change/],
    ['a jump of the version', 'running', { version: 'version + 2' }, /illegal change/],
    ['another owner under the same epoch', 'running', { lease_owner: `'b'` }, /illegal change/],
    ['more than all of the progress', 'running', { progress: '101' }, /tasks_progress_check/],
    ['a priority out of its range', 'submitted', { priority: '11' }, /tasks_priority_check/],
    ['an attempt below none', 'submitted', { attempt: '-1' }, /tasks_attempt_check/],
  ])('%s, without a change of the status', async (_, status, wrong, by) => {
    const id = await put(status);
    expect(await attempt(() => update([id], wrong))).toEqual(refusedBy(by));
  });

  it('two ends in a generation: an end is left only with the next one', async () => {
    const id = await put('failed');
    for (const generation of ['generation', 'generation + 2', 'generation - 1'])
      expect(await attempt(() => move(id, 'failed', 'submitted', { generation }))).toEqual(refusedBy(/illegal change/));
    expect(await attempt(() => move(id, 'failed', 'submitted'))).toEqual(DONE);
    expect(await attempt(() => move(id, 'submitted', 'running', { generation: 'generation + 1' }))).toEqual(refusedBy(/illegal change/));
    expect(await attempt(() => update([id], { generation: 'generation + 1' }))).toEqual(refusedBy(/illegal change/));
  });

  const ENDED = TASK_STATUSES.filter(isTerminal);
  const CHANGES: Columns[] = [
    { result: `'"another"'` },
    { error: `'{}'` },
    { params: `'{"n": 2}'` },
    { terminal_at: `terminal_at - interval '1 s'` },
    { actor: `'somebody'` },
    { lease_epoch: 'lease_epoch + 1' },
    { idempotency_key: `'another'` },
    { idempotency_key: `NULL, priority = 9` },
  ];
  it.each(ENDED.flatMap((status) => CHANGES.map((change) => [status, change] as const)))(
    'a change of a task that is %s without a transition: %j',
    async (status, change) => {
      const id = await put(status);
      expect(await attempt(() => update([id], change))).toEqual(refusedBy(/it is \w+ and final/));
    },
  );

  it.each(ENDED)('to keep the idempotency key of what is %s, which may be forgotten and no more', async (status) => {
    const keyed = { idempotency_key: `'k'`, request_hash: `'\\x00'` };
    const id = await put(status, keyed);
    expect(await attempt(() => update([id], keyed))).toEqual(refusedBy(/and final/));
    expect(await attempt(() => update([id], { idempotency_key: 'NULL', request_hash: 'NULL' }))).toEqual(DONE);
  });

  it('a whole statement for one bad row in it', async () => {
    const [good, bad] = await Promise.all([put('pending'), put('completed')]);
    expect(await attempt(() => update([good, bad], { ...fitting('submitted'), version: 'version + 1' }))).toEqual(
      refusedBy(/illegal change/),
    );
  });
});

describe('a whole life cycle', () => {
  it('is in the audit, with the reason of every failure', async () => {
    const engine = await harness.start({ handlers: [{ name: 'life', handle: () => undefined }] });
    const failure: Failure = { class: 'transient', code: 'busy', message: 'busy', fingerprint: '0' };
    const id = await engine.submit('life', {}, { runAt: new Date(Date.now() + 60_000), maxAttempts: 5 });

    await harness.sql(`UPDATE tasks SET run_at = app_now()`);
    await engine.scheduler.promote();
    for (const delayMs of [0, 0]) await engine.attempts.retry([{ ...(await engine.claim()), delayMs, error: failure }], OTHER_OWNER);
    const lost = await engine.claim();
    await harness.sql(`UPDATE tasks SET lease_expires_at = app_now() - interval '1 s'`);
    await engine.maintenance.rescue([{ id, epoch: lost.epoch, beat: 0 }], 'rescuer');
    await engine.attempts.release([await engine.claim()], OTHER_OWNER);
    await engine.attempts.complete([{ ...(await engine.claim()), result: 1 }], OTHER_OWNER);

    expect(await harness.transitions(id)).toEqual([
      'submit > pending',
      'promote > submitted',
      'claim > running',
      'retry > submitted',
      'claim > running',
      'retry > submitted',
      'claim > running',
      'rescue > submitted',
      'claim > running',
      'release > submitted',
      'claim > running',
      'complete > completed',
    ]);
    const audited = await harness.sql(
      `SELECT reason, attempt, detail ->> 'code' AS code FROM task_audit WHERE detail IS NOT NULL ORDER BY version`,
    );
    expect(audited).toEqual([
      { reason: 'retry', attempt: 1, code: 'busy' },
      { reason: 'retry', attempt: 2, code: 'busy' },
      { reason: 'rescue', attempt: 3, code: 'worker_lost' },
    ]);
    expect(await engine.tasks.get(id)).toMatchObject({ status: 'completed', attempt: 4, result: 1, error: null, progress: 100 });
  });
});

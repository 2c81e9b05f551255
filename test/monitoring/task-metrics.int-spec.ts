import { describe, expect, it } from '@jest/globals';
import { classify, TaskFailure } from '../../src/core/task/failure.ts';
import { done } from '../../src/core/task/outcome.ts';
import { Pools } from '../../src/platform/database/pools.ts';
import { ResultService } from '../../src/results/result.service.ts';
import { AgentTasks } from '../../src/engine/leases/agent-tasks.ts';
import { TaskMetrics } from '../../src/engine/task-metrics.ts';
import { OrphanedClaimRecovery } from '../../src/engine/recovery/orphaned-claim-recovery.ts';
import { TaskQueue } from '../../src/queue/task-queue.ts';
import { OTHER_OWNER, useEngines } from '../support/engine.ts';
import { waitFor } from '../support/wait-for.ts';
import { countedBy } from './scrape.ts';

const harness = useEngines();
const NOOP = { name: 'noop', handle: () => 'ok' };

describe('the counters of tasks', () => {
  it('count a task from its submission to its end', async () => {
    let runs = 0;
    const flaky = () => {
      if (++runs === 1) throw new TaskFailure('rate_limited', 'wait', 'busy', 1);
      return 'ok';
    };
    const engine = await harness.start({ handlers: [{ name: 'flaky', handle: flaky }], slots: 1, loops: true });
    await engine.ended(await engine.submit('flaky'));
    const series = await waitFor(
      async () => {
        const counted = await countedBy(engine);
        return counted.get('contenthub_task_run_seconds_count{task="flaky"}') === 2 && counted;
      },
      { what: 'the end of both attempts' },
    );
    expect(series.get('contenthub_tasks_submitted_total{task="flaky"}')).toBe(1);
    expect(series.get('contenthub_task_claims_total{task="flaky"}')).toBe(2);
    expect(series.get('contenthub_task_attempts_total{task="flaky",settlement="retried"}')).toBe(1);
    expect(series.get('contenthub_task_attempts_total{task="flaky",settlement="completed"}')).toBe(1);
    expect(series.get('contenthub_task_retries_total{class="rate_limited"}')).toBe(1);
    expect(series.get('contenthub_task_retries_total{class="internal"}')).toBe(0);
    expect(series.get('contenthub_task_wait_seconds_count{queue="default"}')).toBe(2);
    expect(series.get('contenthub_task_batch_rows_count{statement="submit"}')).toBe(1);
    expect(series.get('contenthub_task_batch_rows_sum{statement="complete"}')).toBe(1);
  });

  it('count how long a task waited from the time at which it could start', async () => {
    const engine = await harness.start({ handlers: [NOOP] });
    await engine.submit('noop');
    await harness.sql(`UPDATE tasks SET run_at = run_at - interval '100 s'`);
    await engine.claim();
    expect((await countedBy(engine)).get('contenthub_task_wait_seconds_sum{queue="default"}')).toBeGreaterThanOrEqual(100);
  });

  it('count a repeated submission once', async () => {
    const engine = await harness.start({ handlers: [NOOP] });
    const repeated = { idempotencyKey: 'k', requestHash: '00' };
    await engine.submit('noop', {}, repeated);
    await engine.submit('noop', {}, repeated);
    expect((await countedBy(engine)).get('contenthub_tasks_submitted_total{task="noop"}')).toBe(1);
  });

  it('count results after a lost lease as fenced writes, and not as ends', async () => {
    const engine = await harness.start({ handlers: [NOOP] });
    await engine.submit('noop');
    const zombie = await engine.claim();
    await engine.tasks.cancelByIds([zombie.id], 'test');
    await engine.get(ResultService).settle(zombie, done('late'));
    await engine.get(ResultService).settleFailure(zombie, classify(new Error('late')));
    const series = await countedBy(engine);
    expect(series.get('contenthub_task_fenced_writes_total{settlement="completed"}')).toBe(1);
    expect(series.get('contenthub_task_fenced_writes_total{settlement="retried"}')).toBe(1);
    expect([...series.keys()].filter((line) => line.startsWith('contenthub_task_attempts_total'))).toEqual([]);
    expect(series.get('contenthub_task_retries_total{class="internal"}')).toBe(0);
    expect(series.get('contenthub_task_cancellations_total')).toBe(1);
  });

  it('count leases that expire, and the tasks that are rescued', async () => {
    const engine = await harness.start({ handlers: [NOOP], loops: true });
    await engine.submit('noop');
    await engine.claimTasks('default', 1, OTHER_OWNER, 0);
    const rescues = 'contenthub_task_rescues_total{cause="lease_expired",status="submitted"}';
    await waitFor(async () => (await countedBy(engine)).get(rescues) === 1, { what: 'a rescue' });
    expect((await countedBy(engine)).get('contenthub_task_leases_expired_total')).toBe(1);
  });

  it('count the tasks of a lost agent, attempts past their time, and orphaned claims', async () => {
    const engine = await harness.start({ handlers: [NOOP] });
    for (let i = 0; i < 3; i++) await engine.submit('noop');
    await engine.claimTasks('default', 1, 'agent:one:boot-1', 60);
    const agents = new AgentTasks(engine.get(Pools), engine.attempts, engine.get(TaskQueue), engine.get(TaskMetrics));
    await agents.rescueFrom('agent:one:boot-1');
    await engine.claimTasks('default', 2, OTHER_OWNER, 60);
    await harness.sql(`UPDATE tasks SET deadline_at = app_now() - interval '1 min'
                       WHERE id = (SELECT min(id::text)::uuid FROM tasks WHERE status = 'running')`);
    await engine.scheduler.sweep();
    const orphans = new OrphanedClaimRecovery({
      attempts: engine.attempts,
      queue: engine.get(TaskQueue),
      metrics: engine.get(TaskMetrics),
      queues: ['default'],
      owner: OTHER_OWNER,
      quarantined: false,
    });
    orphans.claimFailed(Object.assign(new Error('lost'), { code: 'ECONNRESET' }));
    await orphans.release(() => []);
    const series = await countedBy(engine);
    expect(series.get('contenthub_task_rescues_total{cause="agent_lost",status="submitted"}')).toBe(1);
    expect(series.get('contenthub_task_timeouts_total{limit="attempt"}')).toBe(1);
    expect(series.get('contenthub_task_orphaned_claims_total')).toBe(1);
  });
});

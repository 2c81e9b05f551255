import TestSequencer from '@jest/test-sequencer';

/** Seconds on 2 cores of the files that take longer than 13 s. Most of that time they wait for processes and leases. */
const SECONDS = {
  'test/quarantine/isolation.int-spec.ts': 54,
  'test/quarantine/watchdog.int-spec.ts': 30,
  'test/quarantine/poison.int-spec.ts': 35,
  'test/supervisor/supervisor.int-spec.ts': 25,
  'test/publishing/pool.e2e-spec.ts': 35,
  'test/process/readme.e2e-spec.ts': 24,
  'test/documents/commands.e2e-spec.ts': 50,
  'test/engine/running.int-spec.ts': 16,
  'test/publishing/crashes.int-spec.ts': 25,
  'test/creators/llm-crash.e2e-spec.ts': 20,
  'test/publishing/pool-outcomes.e2e-spec.ts': 18,
  'test/content/executor-crash.e2e-spec.ts': 38,
  'test/scheduler/system-schedules.e2e-spec.ts': 20,
  'test/cli/seed.e2e-spec.ts': 20,
  'test/process/clocks.e2e-spec.ts': 22,
  'test/database/read-only.e2e-spec.ts': 20,
  'test/faults/outage.e2e-spec.ts': 19,
  'test/embedded/embedded-postgres.int-spec.ts': 19,
  'test/api/content.e2e-spec.ts': 18,
  'test/process/output.e2e-spec.ts': 18,
  'test/engine/leases.int-spec.ts': 16,
  'test/queue/redis-failover.int-spec.ts': 15,
  'test/process/stopping.e2e-spec.ts': 15,
  'test/results/webhook-faults.int-spec.ts': 17,
  'test/results/webhooks.e2e-spec.ts': 16,
  'test/deployment/backup.int-spec.ts': 14,
  'test/process/shutdown.e2e-spec.ts': 14,
};
const OTHER_SECONDS = 3;

/**
 * Starts the slowest files first, so that no worker is idle while another runs a long file at the end. Jest does so
 * once it has measured a file; on a fresh clone it would order by file size, and the slowest files are small.
 */
export default class LongestFirst extends TestSequencer {
  time(test) {
    const file = test.path.slice(test.context.config.rootDir.length + 1);
    return super.time(test) ?? 1_000 * (SECONDS[file] ?? OTHER_SECONDS);
  }
}

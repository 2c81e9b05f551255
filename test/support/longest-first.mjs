import TestSequencer from '@jest/test-sequencer';

/** Seconds on 2 cores of the files that take longer than 13 s. Most of that time they wait for processes and leases. */
const SECONDS = {
  'test/quarantine/isolation.long-spec.ts': 110,
  'test/documents/commands.e2e-spec.ts': 100,
  'test/admin/editors.e2e-spec.ts': 80,
  'test/admin/editor-pages.e2e-spec.ts': 60,
  'test/admin/admin.e2e-spec.ts': 60,
  'test/quarantine/poison.long-spec.ts': 55,
  'test/admin/account-forms.e2e-spec.ts': 50,
  'test/supervisor/supervisor.int-spec.ts': 50,
  'test/publishing/crashes.long-spec.ts': 48,
  'test/quarantine/watchdog.long-spec.ts': 43,
  'test/process/readme.e2e-spec.ts': 40,
  'test/embedded/embedded-postgres.int-spec.ts': 38,
  'test/process/verify.int-spec.ts': 32,
  'test/creators/llm-crash.long-spec.ts': 32,
  'test/deployment/backup.int-spec.ts': 30,
  'test/content/executor-crash.long-spec.ts': 30,
  'test/agents/programs.e2e-spec.ts': 28,
  'test/process/crash.e2e-spec.ts': 27,
  'test/channels/wordpress-channel.contract-spec.ts': 26,
  'test/process/external-http.e2e-spec.ts': 25,
  'test/process/clocks.long-spec.ts': 25,
  'test/publishing/pool-outcomes.e2e-spec.ts': 24,
  'test/agents/rolling.e2e-spec.ts': 23,
  'test/process/output.e2e-spec.ts': 21,
  'test/api/content.e2e-spec.ts': 21,
  'test/publishing/pool.e2e-spec.ts': 21,
  'test/content/task-status-poller.e2e-spec.ts': 19,
  'test/api/attachments.e2e-spec.ts': 14,
  'test/database/read-only.e2e-spec.ts': 19,
  'test/quarantine/slots.int-spec.ts': 18,
  'test/bulk/bulk.int-spec.ts': 18,
  'test/process/external-work.e2e-spec.ts': 18,
  'test/process/shutdown.e2e-spec.ts': 17,
  'test/faults/outage.e2e-spec.ts': 17,
  'test/queue/redis-failover.int-spec.ts': 17,
  'test/process/stopping.e2e-spec.ts': 17,
  'test/publishing/approval.e2e-spec.ts': 17,
  'test/api/sign-in-lock.e2e-spec.ts': 16,
  'test/engine/leases.int-spec.ts': 16,
  'test/generated-client/generated-client.e2e-spec.ts': 16,
  'test/results/webhooks.e2e-spec.ts': 15,
  'test/dispatch/backlogs.int-spec.ts': 15,
};
const OTHER_SECONDS = 3;
/** Of a unit test, beside its source in src/ or admin/src/: they come last, and fill the gaps at the end. */
const UNIT_SECONDS = 0.3;

/**
 * Starts the slowest files first, so that no worker is idle while another runs a long file at the end. Jest does so
 * once it has measured a file; on a fresh clone it would order by file size, and the slowest files are small.
 */
export default class LongestFirst extends TestSequencer {
  time(test) {
    const file = test.path.slice(test.context.config.rootDir.length + 1);
    return super.time(test) ?? 1_000 * (SECONDS[file] ?? (file.startsWith('test/') ? OTHER_SECONDS : UNIT_SECONDS));
  }
}

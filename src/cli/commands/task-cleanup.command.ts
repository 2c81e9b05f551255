import type { Command } from 'commander';
import { type BulkOptions, performBulk } from '../bulk.ts';
import type { Invocation } from '../invocation.ts';
import type { Start } from '../starter.ts';
import type { Field } from '../output/fields.ts';
import { duration } from '../parsers.ts';

interface CleanupOptions extends BulkOptions {
  readonly olderThan: number;
}

const RESULT_FIELDS: readonly Field[] = [
  { name: 'executionId', title: 'Execution' },
  { name: 'matched', title: 'Matched' },
  { name: 'eligible', title: 'Eligible' },
  { name: 'deleted', title: 'Deleted' },
  { name: 'skipped', title: 'Skipped', kind: 'text' },
];

export function registerCleanup(command: Command, start: Start): void {
  command
    .requiredOption('--older-than <duration>', 'only tasks that ended longer ago than this (30d, 12h)', duration)
    .option('--dry-run', 'only count them')
    .option('--yes', 'do not ask')
    .description('delete finished tasks, with their logs and history')
    .addHelpText('after', '\nExample:\n  contenthub task cleanup --older-than 30d --dry-run')
    .action(start(cleanUp));
}

async function cleanUp(call: Invocation, options: CleanupOptions): Promise<void> {
  const request = { olderThan: isoDuration(options.olderThan) };
  const act = { path: '/executions/cleanup', request, preview: { dryRun: true }, fields: RESULT_FIELDS };
  await performBulk(call, { ...act, verb: 'deletes', next: 'the same command with --yes' }, options);
}

/** Rounded up to seconds, so that nothing younger than requested is deleted. */
function isoDuration(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  return `P${Math.floor(seconds / 86_400)}DT${seconds % 86_400}S`;
}

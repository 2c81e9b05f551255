import type { Command } from 'commander';
import type { ExecutionReportView } from '../api-types.ts';
import { executionIdOf } from '../identify.ts';
import type { Invocation } from '../invocation.ts';
import type { Start } from '../starter.ts';
import type { Field } from '../output/fields.ts';

const SUMMARY_FIELDS: readonly Field[] = [
  { name: 'executionId', title: 'ID' },
  { name: 'taskName', title: 'Task' },
  { name: 'status', title: 'Status', kind: 'status' },
  { name: 'createdAt', title: 'Created', kind: 'time' },
  { name: 'finishedAt', title: 'Finished', kind: 'time' },
  { name: 'wallMs', title: 'Total', kind: 'duration' },
  { name: 'runMs', title: 'In handlers', kind: 'duration' },
  { name: 'waiting', title: 'Waiting', kind: 'duration' },
  { name: 'queued', title: 'In the queue', kind: 'duration' },
  { name: 'pausing', title: 'Pausing', kind: 'duration' },
  { name: 'external', title: 'Elsewhere', kind: 'duration' },
  { name: 'lines', title: 'Log lines' },
  { name: 'steps', title: 'Checkpoints' },
];

const ATTEMPT_FIELDS: readonly Field[] = [
  { name: 'attempt', title: 'Attempt' },
  { name: 'generation', title: 'Generation', detail: true },
  { name: 'outcome', title: 'Outcome', kind: 'status' },
  { name: 'claimedAt', title: 'Claimed', kind: 'time' },
  { name: 'pausedMs', title: 'Paused', kind: 'duration' },
  { name: 'queuedMs', title: 'Queued', kind: 'duration' },
  { name: 'leasedMs', title: 'Leased', kind: 'duration', detail: true },
  { name: 'runMs', title: 'Ran', kind: 'duration' },
  { name: 'externalMs', title: 'Elsewhere', kind: 'duration', detail: true },
  { name: 'worker', title: 'Worker', kind: 'text' },
  { name: 'error', title: 'Error', kind: 'error' },
];

export function registerReport(command: Command, start: Start): void {
  command
    .argument('<id>', 'execution id, or id of a content task')
    .description('show how one task spent its time, attempt by attempt')
    .addHelpText('after', '\nExample:\n  contenthub task report task-20261123-01')
    .action(start(report));
}

/** The table output is a summary with the attempts. --columns and CSV apply to the attempts. */
async function report({ api, printer, options }: Invocation, _options: object, id: string): Promise<void> {
  const showAttempts = printer.list<ExecutionReportView['attempts'][number]>(ATTEMPT_FIELDS);
  const showSummary = printer.format === 'table' && !options.columns ? printer.one(SUMMARY_FIELDS) : undefined;
  const view = await api.get<ExecutionReportView>(`/executions/${await executionIdOf(api, id)}/report`);
  if (printer.isStructured) {
    printer.data(view);
    return;
  }
  if (showSummary) {
    const lines = Object.entries(view.logs).flatMap(([level, count]) => (count > 0 ? `${count} ${level}` : []));
    const steps = view.checkpoints.map(({ step, attempt }) => `${step} (attempt ${attempt})`);
    showSummary({ ...view, ...view.states, lines: lines.join(', ') || null, steps: steps.join(', ') || null });
    printer.text('\n');
  }
  await showAttempts([{ items: view.attempts, nextCursor: null }]);
}

import type { Command } from 'commander';
import type { BatchReportView } from '../api-types.ts';
import type { Invocation } from '../invocation.ts';
import type { Start } from '../starter.ts';
import { durationText } from '../output/cells.ts';
import type { Field } from '../output/fields.ts';

const SUMMARY_FIELDS: readonly Field[] = [
  { name: 'batchId', title: 'ID' },
  { name: 'name', title: 'Name', kind: 'text' },
  { name: 'tasks', title: 'Tasks' },
  { name: 'createdAt', title: 'Created', kind: 'time' },
  { name: 'doneAt', title: 'Done', kind: 'time' },
  { name: 'wallMs', title: 'Total', kind: 'duration' },
  { name: 'runMs', title: 'In handlers', kind: 'duration' },
  { name: 'queued', title: 'In the queue' },
  { name: 'run', title: 'One handler' },
  { name: 'failures', title: 'Failures', kind: 'text' },
];

const SLOWEST_FIELDS: readonly Field[] = [
  { name: 'executionId', title: 'Slowest', kind: 'id' },
  { name: 'taskName', title: 'Task' },
  { name: 'status', title: 'Status', kind: 'status' },
  { name: 'attempts', title: 'Attempts' },
  { name: 'queuedMs', title: 'Queued', kind: 'duration' },
  { name: 'runMs', title: 'Ran', kind: 'duration' },
];

export function registerBatches(program: Command, start: Start): void {
  const batch = program.command('batch').description('read the reports of batches');
  batch
    .command('report')
    .argument('<id>', 'batch id')
    .description('show how a batch spent its time, and which tasks failed')
    .addHelpText('after', '\nExample:\n  contenthub batch report 01926f5e-7a3b-7c11-9d2e-4f60718293a4')
    .action(start(report));
}

/** The table output is a summary with the slowest tasks. --columns and CSV apply to the slowest tasks. */
async function report({ api, printer, options }: Invocation, _options: object, id: string): Promise<void> {
  const showSlowest = printer.list<BatchReportView['slowest'][number]>(SLOWEST_FIELDS);
  const showSummary = printer.format === 'table' && !options.columns ? printer.one(SUMMARY_FIELDS) : undefined;
  const view = await api.get<BatchReportView>(`/batches/${encodeURIComponent(id)}/report`);
  if (printer.isStructured) {
    printer.data(view);
    return;
  }
  showSummary?.({ ...view, tasks: countsText(view), ...timesText(view), failures: failuresText(view) });
  if (showSummary) printer.text('\n');
  await showSlowest([{ items: view.slowest, nextCursor: null }]);
}

function countsText({ counts: { total, ...parts } }: BatchReportView): string {
  const shown = Object.entries(parts).flatMap(([word, count]) => (count > 0 ? `${count} ${word}` : []));
  return shown.length === 0 ? String(total) : `${total}: ${shown.join(', ')}`;
}

function timesText({ times }: BatchReportView): Record<'queued' | 'run', string | null> {
  const text = (ranks: BatchReportView['times']['run']): string | null =>
    ranks && (['p50', 'p90', 'p99', 'max'] as const).map((rank) => `${rank} ${durationText(ranks[rank])}`).join(', ');
  return { queued: text(times.queued), run: text(times.run) };
}

function failuresText({ failures }: BatchReportView): string | null {
  return failures.map(({ code, count, example }) => `${count} × ${code} (${example})`).join(', ') || null;
}

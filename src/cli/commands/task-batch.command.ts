import type { Command } from 'commander';
import type { AcceptedBatch, BatchPreview } from '../api-types.ts';
import type { Invocation } from '../invocation.ts';
import type { Start } from '../starter.ts';
import type { Field } from '../output/fields.ts';
import { headerText, jsonObject } from '../parsers.ts';

interface BatchOptions {
  readonly file: string;
  readonly idempotencyKey?: string;
  readonly dryRun?: boolean;
}

const FIELDS: readonly Field[] = [
  { name: 'batchId', title: 'Batch' },
  { name: 'total', title: 'Tasks' },
  { name: 'statusUrl', title: 'URL' },
];
/** Of the tasks that a dry run shows; they have no ids. */
const PREVIEW_FIELDS: readonly Field[] = [
  { name: 'ref', title: 'Ref' },
  { name: 'taskName', title: 'Task' },
  { name: 'queue', title: 'Queue' },
  { name: 'status', title: 'Status', kind: 'status' },
  { name: 'priority', title: 'Priority' },
  { name: 'runAt', title: 'Run at', kind: 'time' },
  { name: 'dependsOn', title: 'Waits for', kind: 'list' },
];
const HELP = 'contenthub task batch --help';

export function registerBatch(command: Command, start: Start): void {
  command
    .requiredOption('-f, --file <file>', 'JSON file with name and tasks, or - for stdin')
    .option('--idempotency-key <key>', 'requests with the same key run once', headerText)
    .option('--dry-run', 'only check the file and show the tasks')
    .description('submit many tasks at once, with dependencies between them')
    .addHelpText('after', '\nExample:\n  contenthub task batch -f nightly.json --dry-run')
    .action(start(submitBatch));
}

async function submitBatch(call: Invocation, { file, idempotencyKey, dryRun }: BatchOptions): Promise<void> {
  const { api, printer } = call;
  const show = printer.one(FIELDS);
  const body = await jsonObject(file === '-' ? file : `@${file}`, call.terminal, HELP);
  if (dryRun || body.dryRun === true) {
    await preview(call, body);
    return;
  }
  const batch = await api.create<AcceptedBatch>('/batches', body, idempotencyKey);
  if (printer.format === 'table' && !call.options.columns) printer.text(`${batch.batchId}\n`);
  else show(batch);
  call.note(`Next: contenthub task list --batch ${batch.batchId}`);
}

/** The whole answer as JSON, else its tasks. */
async function preview(call: Invocation, body: object): Promise<void> {
  const { api, printer } = call;
  const show = printer.list<BatchPreview['items'][number]>(PREVIEW_FIELDS);
  const answer = await api.create<BatchPreview>('/batches', { ...body, dryRun: true });
  if (printer.isStructured) printer.data(answer);
  else await show([{ items: answer.items, nextCursor: null }]);
  call.note(`${answer.total} tasks would be submitted, ${answer.waiting} of them waiting. Nothing was stored`);
}

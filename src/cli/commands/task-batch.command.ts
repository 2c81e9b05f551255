import type { Command } from 'commander';
import type { AcceptedBatch } from '../api-types.ts';
import type { Invocation } from '../invocation.ts';
import type { Start } from '../starter.ts';
import type { Field } from '../output/fields.ts';
import { headerText, jsonObject } from '../parsers.ts';

interface BatchOptions {
  readonly file: string;
  readonly idempotencyKey?: string;
}

const FIELDS: readonly Field[] = [
  { name: 'batchId', title: 'Batch' },
  { name: 'total', title: 'Tasks' },
  { name: 'statusUrl', title: 'URL' },
];
const HELP = 'contenthub task batch --help';

export function registerBatch(command: Command, start: Start): void {
  command
    .requiredOption('-f, --file <file>', 'JSON file with name and tasks, or - for stdin')
    .option('--idempotency-key <key>', 'requests with the same key run once', headerText)
    .description('submit many tasks at once, with dependencies between them')
    .addHelpText('after', '\nExample:\n  contenthub task batch -f nightly.json')
    .action(start(submitBatch));
}

async function submitBatch(call: Invocation, { file, idempotencyKey }: BatchOptions): Promise<void> {
  const { api, printer } = call;
  const show = printer.one(FIELDS);
  const body = await jsonObject(file === '-' ? file : `@${file}`, call.terminal, HELP);
  const batch = await api.create<AcceptedBatch>('/batches', body, idempotencyKey);
  if (printer.format === 'table' && !call.options.columns) printer.text(`${batch.batchId}\n`);
  else show(batch);
  call.note(`Next: contenthub task list --batch ${batch.batchId}`);
}

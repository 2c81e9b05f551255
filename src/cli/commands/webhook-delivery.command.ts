import { type Command, Option } from 'commander';
import type { DeliveryView, DeliveryDetailView } from '../api-types.ts';
import { usageError } from '../cli-error.ts';
import { isShortOf } from '../identify.ts';
import type { Invocation } from '../invocation.ts';
import type { Start } from '../starter.ts';
import { addListOptions, type ListOptions, limitOf, onePage } from '../list-options.ts';
import type { Field } from '../output/fields.ts';
import { findWebhook, registerWebhook } from './webhook.command.ts';

const FIELDS: readonly Field[] = [
  { name: 'id', title: 'ID', kind: 'id' },
  { name: 'type', title: 'Type' },
  { name: 'status', title: 'Status', kind: 'status' },
  { name: 'attempts', title: 'Attempts' },
  { name: 'lastStatus', title: 'Answer' },
  { name: 'lastError', title: 'Error', kind: 'text' },
  { name: 'lastAttemptAt', title: 'Last attempt', kind: 'time' },
  { name: 'createdAt', title: 'Written', kind: 'time' },
  { name: 'subject', title: 'Subject', detail: true },
  { name: 'endedAt', title: 'Ended', kind: 'time', detail: true },
  { name: 'executionId', title: 'Execution', kind: 'id', detail: true },
];
const ATTEMPT_FIELDS: readonly Field[] = [
  { name: 'startedAt', title: 'At', kind: 'time' },
  { name: 'durationMs', title: 'Took (ms)' },
  { name: 'status', title: 'Answer' },
  { name: 'error', title: 'Error', kind: 'text' },
  { name: 'excerpt', title: 'Beginning of the answer', kind: 'text' },
  { name: 'errorCode', title: 'Code', detail: true },
  { name: 'executionId', title: 'Execution', kind: 'id', detail: true },
];
const STATUSES = ['pending', 'running', 'delivered', 'failed', 'cancelled'];
const WEBHOOK = 'name or id of the webhook';
/** A short id is searched among so many of the newest deliveries. */
const SEARCHED = 1_000;

export function registerWebhooks(program: Command, start: Start): void {
  const webhook = program.command('webhook').description('addresses that events are sent to');
  registerWebhook(webhook, start);
  webhook
    .command('test')
    .argument('<webhook>', WEBHOOK)
    .description('send the event webhook.tested to this webhook alone')
    .addHelpText('after', '\nExample:\n  contenthub webhook test newsroom')
    .action(start(test));
  addListOptions(webhook.command('deliveries').argument('<webhook>', WEBHOOK))
    .addOption(new Option('--status <status>', 'only in this state').choices(STATUSES))
    .option('--type <type>', 'only events of this type')
    .description('list what was sent, and what waits, newest event first')
    .addHelpText('after', '\nExample:\n  contenthub webhook deliveries newsroom --status failed')
    .action(start(list));
  webhook
    .command('attempts')
    .argument('<webhook>', WEBHOOK)
    .argument('<delivery>', 'id of the delivery')
    .description('list the attempts of a delivery, newest first, with the beginning of each answer')
    .addHelpText('after', '\nExample:\n  contenthub webhook attempts newsroom 4f60718293a4')
    .action(start(attempts));
  webhook
    .command('redeliver')
    .argument('<webhook>', WEBHOOK)
    .argument('[deliveries...]', 'ids of deliveries')
    .option('--failed', 'all that failed')
    .option('--dry-run', 'only list the deliveries that would be sent again')
    .description('send events again, with the same webhook-id')
    .addHelpText('after', '\nExample:\n  contenthub webhook redeliver newsroom --failed')
    .action(start(redeliver));
}

async function test(call: Invocation, _options: object, word: string): Promise<void> {
  const print = call.printer.one(FIELDS);
  const { id, name } = await findWebhook(call, word);
  print(await call.api.create<DeliveryView>(`/webhooks/${id}/test`, undefined));
  call.note(`contenthub webhook deliveries ${name} shows the answer.`);
}

async function list(
  call: Invocation,
  { status, type, ...options }: ListOptions & { status?: string; type?: string },
  word: string,
): Promise<void> {
  const print = call.printer.list<DeliveryView>(FIELDS);
  const { id } = await findWebhook(call, word);
  await print(call.api.pages<DeliveryView>(`/webhooks/${id}/deliveries`, { status, type }, limitOf(options)));
}

async function attempts(call: Invocation, _options: object, word: string, delivery: string): Promise<void> {
  const print = call.printer.list<object>(ATTEMPT_FIELDS);
  const path = `/webhooks/${(await findWebhook(call, word)).id}/deliveries`;
  const { log } = await call.api.get<DeliveryDetailView>(`${path}/${encodeURIComponent(await fullId(call, path, delivery))}`);
  await print(onePage({ items: log }));
}

async function redeliver(
  call: Invocation,
  { failed, dryRun }: { failed?: boolean; dryRun?: boolean },
  word: string,
  given: readonly string[],
): Promise<void> {
  if ((given.length === 0) !== (failed === true))
    throw usageError('Give ids of deliveries, or --failed', 'contenthub webhook redeliver --help');
  const print = call.printer.list<DeliveryView>(FIELDS);
  const path = `/webhooks/${(await findWebhook(call, word)).id}/deliveries`;
  const ids = failed ? await failedOf(call, path) : await Promise.all(given.map((one) => fullId(call, path, one)));
  if (dryRun) {
    await print(onePage({ items: await Promise.all(ids.map((id) => call.api.get<DeliveryView>(`${path}/${encodeURIComponent(id)}`))) }));
    return;
  }
  const items: DeliveryView[] = [];
  for (const id of ids) items.push(await call.api.create<DeliveryView>(`${path}/${encodeURIComponent(id)}/redeliver`, undefined));
  await print(onePage({ items }));
}

async function failedOf({ api }: Invocation, path: string): Promise<string[]> {
  const ids: string[] = [];
  for await (const { items } of api.pages<DeliveryView>(path, { status: 'failed' })) ids.push(...items.map(({ id }) => id));
  return ids;
}

async function fullId({ api }: Invocation, path: string, word: string): Promise<string> {
  if (!isShortOf(word, word)) return word;
  for await (const { items } of api.pages<DeliveryView>(path, {}, SEARCHED)) {
    const found = items.find(({ id }) => isShortOf(word, id));
    if (found) return found.id;
  }
  return word;
}

import { type Command, Option } from 'commander';
import { ALERT_STATUSES, SEVERITIES } from '../../core/alert/alert-states.ts';
import type { AlertView } from '../api-types.ts';
import { getAlert, getNamed } from '../identify.ts';
import type { Invocation } from '../invocation.ts';
import type { Start } from '../starter.ts';
import { addListOptions, type ListOptions, limitOf, onePage } from '../list-options.ts';
import type { Field } from '../output/fields.ts';
import { duration } from '../parsers.ts';
import { registerAlertChannel } from './alert-channel.command.ts';
import { registerAlertRule } from './alert-rule.command.ts';

interface Filters extends ListOptions {
  readonly status?: readonly string[];
  readonly severity?: readonly string[];
  readonly rule?: string;
}

interface ActOptions {
  readonly note?: string;
  readonly for?: number;
}

const FIELDS: readonly Field[] = [
  { name: 'id', title: 'ID', kind: 'id' },
  { name: 'ruleName', title: 'Rule', kind: 'text' },
  { name: 'status', title: 'Status', kind: 'status' },
  { name: 'severity', title: 'Severity' },
  { name: 'labelText', title: 'Labels', kind: 'text' },
  { name: 'value', title: 'Value' },
  { name: 'threshold', title: 'Threshold' },
  { name: 'startedAt', title: 'Since', kind: 'time' },
  { name: 'metric', title: 'Metric', detail: true },
  { name: 'comparison', title: 'Comparison', detail: true },
  { name: 'firedAt', title: 'Fired', kind: 'time', detail: true },
  { name: 'resolvedAt', title: 'Resolved', kind: 'time', detail: true },
  { name: 'silencedUntil', title: 'Silenced until', kind: 'time', detail: true },
  { name: 'notifiedAt', title: 'Notified', kind: 'time', detail: true },
  { name: 'reason', title: 'Last change', detail: true },
  { name: 'actor', title: 'By', kind: 'actor', detail: true },
  { name: 'note', title: 'Note', kind: 'text', detail: true },
];
const HISTORY_FIELDS: readonly Field[] = [
  { name: 'at', title: 'At', kind: 'time' },
  { name: 'fromStatus', title: 'From' },
  { name: 'toStatus', title: 'To', kind: 'status' },
  { name: 'reason', title: 'Reason' },
  { name: 'value', title: 'Value' },
  { name: 'actor', title: 'By', kind: 'actor' },
  { name: 'note', title: 'Note', kind: 'text' },
];
const NOTIFICATION_FIELDS: readonly Field[] = [
  { name: 'createdAt', title: 'At', kind: 'time' },
  { name: 'kind', title: 'Kind' },
  { name: 'channelName', title: 'Channel', kind: 'text' },
  { name: 'status', title: 'Status', kind: 'status' },
  { name: 'attempts', title: 'Attempts' },
  { name: 'executionId', title: 'Execution', kind: 'id' },
  { name: 'error', title: 'Error', kind: 'sentence' },
];
const METRIC_FIELDS: readonly Field[] = [
  { name: 'name', title: 'Metric' },
  { name: 'unit', title: 'Unit' },
  { name: 'labels', title: 'Labels', kind: 'list' },
  { name: 'history', title: 'History' },
  { name: 'description', title: 'Description', kind: 'sentence' },
  { name: 'action', title: 'What to do', kind: 'sentence', detail: true },
];
const ALERT = 'id of the alert';

export function registerAlert(program: Command, start: Start): void {
  const alert = program.command('alert').description('alerts: what is wrong, who works on it, and who gets notifications');
  addListOptions(alert.command('list'))
    .addOption(new Option('--status <status...>', 'only in these states').choices(ALERT_STATUSES))
    .addOption(new Option('--severity <severity...>', 'only of these severities').choices(SEVERITIES))
    .option('--rule <rule>', 'only of this rule: name or id')
    .description('list alerts, newest first')
    .addHelpText('after', '\nExample:\n  contenthub alert list --status firing acknowledged')
    .action(start(list));
  for (const [name, description, run] of [
    ['show', 'show one alert', show],
    ['history', 'show what happened to an alert, newest first', history],
    ['notifications', 'show what was sent to which channel, newest first', notifications],
  ] as const) {
    const command = alert.command(name).argument('<alert>', ALERT).description(description);
    command.addHelpText('after', `\nExample:\n  contenthub alert ${name} 2f4b6c8d0e1f`).action(start(run));
  }
  alert
    .command('acknowledge')
    .argument('<alert>', ALERT)
    .option('--note <text>', 'for the history')
    .description('take over an alert that fires: no more reminders')
    .addHelpText('after', '\nExample:\n  contenthub alert acknowledge 2f4b6c8d0e1f --note "I add slots"')
    .action(start((call: Invocation, options: ActOptions, id: string) => act(call, options, id, 'acknowledge')));
  alert
    .command('silence')
    .argument('<alert>', ALERT)
    .requiredOption('--for <duration>', 'such as 2h', duration)
    .option('--note <text>', 'for the history')
    .description('send no notifications for some time, also not that it ended')
    .addHelpText('after', '\nExample:\n  contenthub alert silence 2f4b6c8d0e1f --for 2h --note maintenance')
    .action(start((call: Invocation, options: ActOptions, id: string) => act(call, options, id, 'silence')));
  alert
    .command('unsilence')
    .argument('<alert>', ALERT)
    .option('--note <text>', 'for the history')
    .description('end a silence: the alert fires again')
    .addHelpText('after', '\nExample:\n  contenthub alert unsilence 2f4b6c8d0e1f')
    .action(start((call: Invocation, options: ActOptions, id: string) => act(call, options, id, 'unsilence')));
  alert
    .command('metrics')
    .description('list the measures that a rule can watch')
    .addHelpText('after', '\nExample:\n  contenthub alert metrics -o yaml')
    .action(start(metrics));
  registerAlertRule(alert, start);
  registerAlertChannel(alert, start);
}

function shown({ rule, labels, ...view }: AlertView) {
  const labelText = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  return { ...view, ruleName: rule.name, metric: rule.metric, labelText: labelText.join(' ') };
}

async function list({ api, printer }: Invocation, { status, severity, rule, ...options }: Filters): Promise<void> {
  const print = printer.list<object>(FIELDS);
  const ruleId = rule === undefined ? undefined : (await getNamed(api, '/alert-rules', rule)).id;
  const pages = api.pages<AlertView>('/alerts', { status, severity, rule: ruleId }, limitOf(options));
  await print(
    (async function* () {
      for await (const page of pages) yield { ...page, items: page.items.map(shown) };
    })(),
  );
}

async function show({ api, printer }: Invocation, _options: object, id: string): Promise<void> {
  const print = printer.one(FIELDS);
  const { history: _history, notifications: _notifications, ...view } = await getAlert(api, id);
  print(shown(view));
}

async function history({ api, printer }: Invocation, _options: object, id: string): Promise<void> {
  const print = printer.list<object>(HISTORY_FIELDS);
  await print(onePage({ items: (await getAlert(api, id)).history }));
}

async function notifications({ api, printer }: Invocation, _options: object, id: string): Promise<void> {
  const print = printer.list<object>(NOTIFICATION_FIELDS);
  await print(onePage({ items: (await getAlert(api, id)).notifications }));
}

async function act({ api, printer }: Invocation, options: ActOptions, id: string, name: string): Promise<void> {
  const print = printer.one(FIELDS);
  const { id: known } = await getAlert(api, id);
  const seconds = options.for === undefined ? undefined : Math.round(options.for / 1_000);
  print(shown(await api.create<AlertView>(`/alerts/${known}/${name}`, { note: options.note, seconds })));
}

async function metrics({ api, printer }: Invocation): Promise<void> {
  const print = printer.list<object>(METRIC_FIELDS);
  await print(onePage(await api.get<{ items: readonly object[] }>('/alert-metrics')));
}

import { type Command, InvalidArgumentError, Option } from 'commander';
import type { PreviewView } from '../api-types.ts';
import { SEVERITIES } from '../../core/alert/alert-states.ts';
import { COMPARISONS } from '../../core/alert/condition.ts';
import { METRIC_NAMES } from '../../core/alert/metric-catalogue.ts';
import { usageError } from '../cli-error.ts';
import { getNamed } from '../identify.ts';
import type { Invocation } from '../invocation.ts';
import type { Start } from '../starter.ts';
import { onePage } from '../list-options.ts';
import type { Field } from '../output/fields.ts';
import { duration } from '../parsers.ts';

interface RuleOptions {
  readonly name?: string;
  readonly metric?: string;
  readonly comparison?: string;
  readonly threshold?: number;
  readonly for?: number;
  readonly severity?: string;
  readonly label?: readonly string[];
  readonly repeat?: number;
}

const PATH = '/alert-rules';
const FIELDS: readonly Field[] = [
  { name: 'id', title: 'ID', kind: 'id' },
  { name: 'name', title: 'Name', kind: 'text' },
  { name: 'metric', title: 'Metric' },
  { name: 'comparison', title: 'Comparison' },
  { name: 'threshold', title: 'Threshold' },
  { name: 'forSeconds', title: 'For (s)' },
  { name: 'severity', title: 'Severity' },
  { name: 'enabled', title: 'Enabled' },
  { name: 'repeatSeconds', title: 'Repeat (s)', detail: true },
  { name: 'labels', title: 'Labels', kind: 'text', detail: true },
  { name: 'version', title: 'Version', detail: true },
  { name: 'createdBy', title: 'Created by', kind: 'actor', detail: true },
  { name: 'updatedAt', title: 'Changed', kind: 'time', detail: true },
];
const PREVIEW_FIELDS: readonly Field[] = [
  { name: 'day', title: 'Day' },
  { name: 'value', title: 'Value' },
  { name: 'met', title: 'Would fire' },
];
const RULE = 'name or id of the rule';

export function registerAlertRule(alert: Command, start: Start): void {
  const rule = alert.command('rule').description('the rules that open alerts');
  rule
    .command('list')
    .description('list the rules by name')
    .addHelpText('after', '\nExample:\n  contenthub alert rule list -o csv')
    .action(start(list));
  addRuleOptions(rule.command('create').argument('<name>', 'unique: lower-case letters, digits and hyphens'))
    .description('create a rule: give --metric and --threshold')
    .addHelpText('after', '\nExample:\n  contenthub alert rule create many-retries --metric daily_retries --threshold 100 --for 5m')
    .action(start(create));
  addRuleOptions(rule.command('edit').argument('<rule>', RULE).option('--name <name>', 'another name'))
    .description('change a rule; what is not given stays')
    .addHelpText('after', '\nExample:\n  contenthub alert rule edit backlog-high --threshold 500')
    .action(start(edit));
  for (const [name, description, run] of [
    ['show', 'show one rule', show],
    ['enable', 'evaluate a rule again', (call: Invocation, _: object, id: string) => setEnabled(call, id, true)],
    ['disable', 'evaluate a rule no more: its open alerts end', (call: Invocation, _: object, id: string) => setEnabled(call, id, false)],
    ['preview', 'how often the rule would have fired in the last 7 days', preview],
    ['delete', 'delete a rule with its alerts and their history', remove],
  ] as const) {
    const command = rule.command(name).argument('<rule>', RULE).description(description);
    command.addHelpText('after', `\nExample:\n  contenthub alert rule ${name} backlog-high`).action(start(run));
  }
}

function addRuleOptions(command: Command): Command {
  return command
    .addOption(new Option('--metric <metric>', 'what is measured: see contenthub alert metrics').choices(METRIC_NAMES))
    .addOption(new Option('--comparison <word>', 'with the threshold (default: above)').choices(COMPARISONS))
    .option('--threshold <number>', 'in the unit of the metric; rates are percent', number)
    .option('--for <duration>', 'the condition must hold for so long (default: 60s)', duration)
    .addOption(new Option('--severity <severity>', 'default: warning').choices(SEVERITIES))
    .option('--label <name=value...>', 'sent with each notification; replaces all labels')
    .option('--repeat <duration>', 'send it again after so long while it fires; 0 for never (default: 4h)', duration);
}

function number(value: string): number {
  const parsed = /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : Number.NaN;
  if (Number.isNaN(parsed)) throw new InvalidArgumentError('It must be a number.');
  return parsed;
}

const seconds = (ms: number | undefined): number | undefined => (ms === undefined ? undefined : Math.round(ms / 1_000));

/** The members that were given, as the API takes them. */
function bodyOf(options: RuleOptions, next: string): Record<string, unknown> {
  const { name, metric, comparison, threshold, severity, label } = options;
  const pairs = (label ?? []).map((text) => /^([^=]+)=(.+)$/.exec(text));
  if (pairs.includes(null)) throw usageError('A label must be name=value, such as team=content', next);
  const labels = label === undefined ? undefined : Object.fromEntries(pairs.map((pair) => [pair?.[1], pair?.[2]]));
  const members = {
    name,
    metric,
    comparison,
    threshold,
    severity,
    labels,
    forSeconds: seconds(options.for),
    repeatSeconds: seconds(options.repeat),
  };
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

async function list({ api, printer }: Invocation): Promise<void> {
  const print = printer.list<object>(FIELDS);
  await print(onePage(await api.get<{ items: readonly object[] }>(PATH)));
}

async function create({ api, printer }: Invocation, options: RuleOptions, name: string): Promise<void> {
  const next = 'contenthub alert rule create --help';
  if (options.metric === undefined || options.threshold === undefined) throw usageError('Give --metric and --threshold', next);
  const print = printer.one(FIELDS);
  print(await api.create<object>(PATH, { ...bodyOf(options, next), name }));
}

async function edit({ api, printer }: Invocation, options: RuleOptions, rule: string): Promise<void> {
  const next = 'contenthub alert rule edit --help';
  const body = bodyOf(options, next);
  if (Object.keys(body).length === 0) throw usageError('Give what to change', next);
  const print = printer.one(FIELDS);
  const { id, version } = await getNamed(api, PATH, rule);
  print(await api.patch<object>(`${PATH}/${id}`, body, version));
}

async function setEnabled({ api, printer }: Invocation, rule: string, enabled: boolean): Promise<void> {
  const print = printer.one(FIELDS);
  const { id, version } = await getNamed(api, PATH, rule);
  print(await api.patch<object>(`${PATH}/${id}`, { enabled }, version));
}

async function show({ api, printer }: Invocation, _options: object, rule: string): Promise<void> {
  const print = printer.one(FIELDS);
  print(await getNamed(api, PATH, rule));
}

async function preview(call: Invocation, _options: object, rule: string): Promise<void> {
  const print = call.printer.list<object>(PREVIEW_FIELDS);
  const { id } = await getNamed(call.api, PATH, rule);
  const { explanation, days } = await call.api.get<PreviewView>(`${PATH}/${id}/preview`);
  await print(onePage({ items: days }));
  call.note(explanation);
}

async function remove(call: Invocation, _options: object, rule: string): Promise<void> {
  const { id, name } = await getNamed(call.api, PATH, rule);
  await call.api.delete(`${PATH}/${id}`);
  call.note(`Deleted the alert rule ${name}.`);
}

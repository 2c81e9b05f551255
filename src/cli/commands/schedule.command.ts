import { type Command, Option } from 'commander';
import type { ExecutionReceipt, ScheduleView } from '../api-types.ts';
import { usageError } from '../cli-error.ts';
import { getSchedule } from '../identify.ts';
import type { Invocation } from '../invocation.ts';
import type { Start } from '../starter.ts';
import { addListOptions, type ListOptions, limitOf, onePage } from '../list-options.ts';
import type { Field } from '../output/fields.ts';
import { integer, since } from '../parsers.ts';
import { actOnSystem, listSystem, showSystem, systemHistory } from './schedule-system.ts';
import { addScheduleOptions, bodyOf, type ScheduleOptions } from './schedule-options.ts';

interface Range {
  readonly from: string;
  readonly to: string;
  readonly preview?: boolean;
}

const FIELDS: readonly Field[] = [
  { name: 'id', title: 'ID', kind: 'id' },
  { name: 'name', title: 'Name', kind: 'text' },
  { name: 'taskName', title: 'Task' },
  { name: 'status', title: 'Status', kind: 'status' },
  { name: 'nextDueAt', title: 'Next', kind: 'time' },
  { name: 'words', title: 'Trigger', kind: 'text' },
  { name: 'wordsZh', title: '触发', kind: 'text', detail: true },
  { name: 'next', title: 'Next five', kind: 'list', detail: true },
  { name: 'overlap', title: 'Overlap', detail: true },
  { name: 'misfire', title: 'Misfire', detail: true },
  { name: 'catchUpSeconds', title: 'Catch-up (s)', detail: true },
  { name: 'jitterSeconds', title: 'Jitter (s)', detail: true },
  { name: 'startsAt', title: 'Starts', kind: 'time', detail: true },
  { name: 'endsAt', title: 'Ends', kind: 'time', detail: true },
  { name: 'pausedBy', title: 'Paused by', kind: 'actor', detail: true },
  { name: 'declared', title: 'In the tasks file', detail: true },
  { name: 'createdBy', title: 'Created by', kind: 'actor', detail: true },
];
const DUE_FIELDS: readonly Field[] = [
  { name: 'dueAt', title: 'Due', kind: 'time' },
  { name: 'local', title: 'Local time' },
];
const HISTORY_FIELDS: readonly Field[] = [
  { name: 'dueAt', title: 'Due', kind: 'time' },
  { name: 'kind', title: 'Kind' },
  { name: 'outcome', title: 'Outcome' },
  { name: 'reason', title: 'Reason' },
  { name: 'executionId', title: 'Execution', kind: 'id' },
  { name: 'executionStatus', title: 'Status', kind: 'status' },
  { name: 'lateMs', title: 'Late (ms)' },
  { name: 'actor', title: 'By', kind: 'actor' },
];
const BACKFILL_FIELDS: readonly Field[] = [
  { name: 'dueAt', title: 'Due', kind: 'time' },
  { name: 'executionId', title: 'Execution', kind: 'id' },
];
const SCHEDULE = 'name or id of the schedule';
const SYSTEM = ['--system', 'periodic work of the product'] as const;

interface OfSystem {
  readonly system?: true;
}

export function registerSchedule(program: Command, start: Start): void {
  const schedule = program.command('schedule').description('schedules: when tasks are submitted by themselves');
  addListOptions(schedule.command('list'))
    .option(...SYSTEM)
    .option('--task <name>', 'only of this task')
    .addOption(new Option('--status <status>', 'only in this state').choices(['active', 'paused', 'finished']))
    .description('list schedules, newest first')
    .addHelpText('after', '\nExample:\n  contenthub schedule list --status paused')
    .action(start(list));
  addScheduleOptions(
    schedule.command('create').argument('<name>', 'unique: lower-case letters, digits and hyphens').argument('<task>', 'name of the task'),
  )
    .description('create a schedule: give --cron, --every, --at or --slots')
    .addHelpText(
      'after',
      '\nExample:\n  contenthub schedule create nightly task-cleanup --cron "30 2 * * *" --zone Asia/Shanghai --params \'{"olderThan":"P30D"}\'',
    )
    .action(start(create));
  addScheduleOptions(schedule.command('edit').argument('<schedule>', SCHEDULE).option('--name <name>', 'another name'))
    .description('change a schedule; what is not given stays')
    .addHelpText('after', '\nExample:\n  contenthub schedule edit nightly --cron "0 3 * * *"')
    .action(start(edit));
  for (const [action, description, run] of [
    ['show', 'show one schedule with its next five due times', show],
    ['run', 'fire now, paused or not', runNow],
    ['pause', 'fire no more until it is resumed', (call: Invocation, of: OfSystem, id: string) => act(call, 'pause', of, id)],
    ['resume', 'fire again', (call: Invocation, of: OfSystem, id: string) => act(call, 'resume', of, id)],
    ['skip-next', 'skip the next due time', skipNext],
    ['delete', 'delete a schedule and its history', remove],
  ] as const) {
    const command = schedule.command(action).argument('<schedule>', SCHEDULE).description(description);
    if (['show', 'pause', 'resume'].includes(action)) command.option(...SYSTEM);
    command.addHelpText('after', `\nExample:\n  contenthub schedule ${action} nightly`).action(start(run));
  }
  schedule
    .command('next')
    .argument('<schedule>', SCHEDULE)
    .option('--count <n>', 'so many due times (default: 5)', integer(1, 100))
    .description('show the next due times, also in local time')
    .addHelpText('after', '\nExample:\n  contenthub schedule next nightly --count 10')
    .action(start(next));
  addListOptions(schedule.command('history').argument('<schedule>', SCHEDULE))
    .option(...SYSTEM)
    .description('show what happened to its due times, newest first')
    .addHelpText('after', '\nExample:\n  contenthub schedule history nightly')
    .action(start(history));
  schedule
    .command('backfill')
    .argument('<schedule>', SCHEDULE)
    .requiredOption('--from <time>', 'a time, or an age such as 7d', since)
    .requiredOption('--to <time>', 'exclusive: a time, or an age such as 1d', since)
    .option('--preview', 'only list the due times')
    .addOption(new Option('--dry-run', 'the same').implies({ preview: true }).hideHelp())
    .description('fire the due times of a past range that have not fired')
    .addHelpText('after', '\nExample:\n  contenthub schedule backfill nightly --from 7d --to 1d --preview')
    .action(start(backfill));
}

const shown = ({ description, ...view }: ScheduleView) => ({ ...view, words: description.en, wordsZh: description.zh });

async function list(
  call: Invocation,
  { system, task, status, ...options }: ListOptions & OfSystem & { task?: string; status?: string },
): Promise<void> {
  if (system) return listSystem(call);
  const { api, printer } = call;
  const print = printer.list<object>(FIELDS);
  const pages = api.pages<ScheduleView>('/schedules', { taskName: task, status }, limitOf(options));
  await print(
    (async function* () {
      for await (const page of pages) yield { ...page, items: page.items.map(shown) };
    })(),
  );
}

async function create(call: Invocation, options: ScheduleOptions, name: string, taskName: string): Promise<void> {
  const next = 'contenthub schedule create --help';
  const body = await bodyOf(call, options, next);
  if (body['trigger'] === undefined) throw usageError('Give --cron, --every, --at or --slots', next);
  const print = call.printer.one(FIELDS);
  print(shown(await call.api.create<ScheduleView>('/schedules', { ...body, name, taskName })));
}

async function edit(call: Invocation, options: ScheduleOptions, id: string): Promise<void> {
  const body = await bodyOf(call, options, 'contenthub schedule edit --help');
  const print = call.printer.one(FIELDS);
  const { id: known, version } = await getSchedule(call.api, id);
  print(shown(await call.api.patch<ScheduleView>(`/schedules/${known}`, body, version)));
}

async function show(call: Invocation, { system }: OfSystem, id: string): Promise<void> {
  if (system) return showSystem(call, id);
  const { api, printer } = call;
  const print = printer.one(FIELDS);
  print(shown(await getSchedule(api, id)));
}

async function act(call: Invocation, action: string, { system }: OfSystem, id: string): Promise<void> {
  if (system) return actOnSystem(call, action, id);
  const { api, printer } = call;
  const print = printer.one(FIELDS);
  const { id: known } = await getSchedule(api, id);
  print(shown(await api.create<ScheduleView>(`/schedules/${known}/${action}`, undefined)));
}

async function skipNext({ api, printer }: Invocation, _options: object, id: string): Promise<void> {
  const print = printer.one(FIELDS);
  const { id: known, version } = await getSchedule(api, id);
  print(shown(await api.change<ScheduleView>(`/schedules/${known}/skip-next`, undefined, version)));
}

async function runNow({ api, printer }: Invocation, _options: object, id: string): Promise<void> {
  const print = printer.one([{ name: 'executionId', title: 'Execution', kind: 'id' }, ...DUE_FIELDS.slice(0, 1)]);
  const { id: known } = await getSchedule(api, id);
  print(await api.create<ExecutionReceipt>(`/schedules/${known}/run`, undefined));
}

async function remove(call: Invocation, _options: object, id: string): Promise<void> {
  const { id: known, name } = await getSchedule(call.api, id);
  await call.api.delete(`/schedules/${known}`);
  call.note(`Deleted the schedule ${name}.`);
}

async function next({ api, printer }: Invocation, { count }: { count?: number }, id: string): Promise<void> {
  const print = printer.list<object>(DUE_FIELDS);
  const { id: known } = await getSchedule(api, id);
  await print(onePage(await api.get<{ items: readonly object[] }>(`/schedules/${known}/next`, { count })));
}

async function history(call: Invocation, { system, ...options }: ListOptions & OfSystem, id: string): Promise<void> {
  if (system) return systemHistory(call, options, id);
  const { api, printer } = call;
  const print = printer.list<object>(HISTORY_FIELDS);
  const { id: known } = await getSchedule(api, id);
  await print(api.pages<object>(`/schedules/${known}/history`, {}, limitOf(options)));
}

async function backfill({ api, printer }: Invocation, { from, to, preview }: Range, id: string): Promise<void> {
  const print = printer.list<object>(BACKFILL_FIELDS);
  const { id: known } = await getSchedule(api, id);
  await print(onePage(await api.create<{ items: readonly object[] }>(`/schedules/${known}/backfill`, { from, to, preview })));
}

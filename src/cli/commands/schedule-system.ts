import type { SystemScheduleView } from '../api-types.ts';
import type { Invocation } from '../invocation.ts';
import { type ListOptions, limitOf, onePage } from '../list-options.ts';
import type { Field } from '../output/fields.ts';

const SECONDS = 1_000;
/** The API gives no more. */
const MOST_ROWS = 200;

const FIELDS: readonly Field[] = [
  { name: 'name', title: 'Name', kind: 'text' },
  { name: 'status', title: 'Status', kind: 'status' },
  { name: 'everySeconds', title: 'Every (s)' },
  { name: 'outcome', title: 'Last' },
  { name: 'lastMs', title: 'Took (ms)' },
  { name: 'nextRunAt', title: 'Next', kind: 'time' },
  { name: 'does', title: 'Does', kind: 'sentence' },
  { name: 'doesZh', title: '作用', kind: 'sentence', detail: true },
  { name: 'lastAt', title: 'Last run', kind: 'time', detail: true },
  { name: 'error', title: 'Error', kind: 'sentence', detail: true },
  { name: 'pausable', title: 'Pausable', detail: true },
  { name: 'warning', title: 'While paused', kind: 'sentence', detail: true },
  { name: 'warningZh', title: '暂停期间', kind: 'sentence', detail: true },
  { name: 'pausedAt', title: 'Paused', kind: 'time', detail: true },
  { name: 'pausedBy', title: 'Paused by', kind: 'actor', detail: true },
];
const RUN_FIELDS: readonly Field[] = [
  { name: 'from', title: 'From', kind: 'time' },
  { name: 'until', title: 'Until', kind: 'time' },
  { name: 'outcome', title: 'Outcome' },
  { name: 'rounds', title: 'Rounds' },
  { name: 'failures', title: 'Failed' },
  { name: 'lastMs', title: 'Took (ms)' },
  { name: 'longestMs', title: 'Longest (ms)' },
  { name: 'process', title: 'Process', kind: 'text' },
  { name: 'error', title: 'Error', kind: 'sentence' },
];

export async function listSystem({ api, printer }: Invocation): Promise<void> {
  const print = printer.list<object>(FIELDS);
  const { items } = await api.get<{ items: readonly SystemScheduleView[] }>('/schedules', { kind: 'system' });
  await print(onePage({ items: items.map(shown) }));
}

export async function showSystem({ api, printer }: Invocation, name: string): Promise<void> {
  const print = printer.one(FIELDS);
  print(shown(await api.get<SystemScheduleView>(pathOf(name))));
}

export async function systemHistory({ api, printer }: Invocation, options: ListOptions, name: string): Promise<void> {
  const print = printer.list<object>(RUN_FIELDS);
  await print(
    onePage(await api.get<{ items: readonly object[] }>(`${pathOf(name)}/history`, { limit: Math.min(MOST_ROWS, limitOf(options)) })),
  );
}

/** A pause says what then does not happen. */
export async function actOnSystem(call: Invocation, action: string, name: string): Promise<void> {
  const print = call.printer.one(FIELDS);
  const view = await call.api.create<SystemScheduleView>(`${pathOf(name)}/${action}`, undefined);
  print(shown(view));
  if (action === 'pause' && view.whilePaused)
    call.note(`Warning: ${view.whilePaused.en} Resume with: contenthub schedule resume ${name} --system`);
}

function pathOf(name: string): string {
  return `/schedules/system/${encodeURIComponent(name)}`;
}

function shown({ description, whilePaused, intervalMs, lastRuns, ...view }: SystemScheduleView): object {
  return {
    ...view,
    does: description.en,
    doesZh: description.zh,
    warning: whilePaused?.en ?? null,
    warningZh: whilePaused?.zh ?? null,
    everySeconds: intervalMs === null ? null : intervalMs / SECONDS,
    outcome: lastRuns?.['outcome'] ?? null,
    lastMs: lastRuns?.['lastMs'] ?? null,
    lastAt: lastRuns?.['until'] ?? null,
    error: lastRuns?.['error'] ?? null,
  };
}

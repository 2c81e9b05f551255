import { Button, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { drainQueue, pauseQueue, previewDrain, type Queue, queuesQuery, resumeQueue, setStrategy } from '../../api/queues.ts';
import type { StrategyBody } from '../../api/schema/types.gen.ts';
import { useFormat, useT } from '../../i18n/i18n.tsx';
import { useLiveQueue } from '../../live/event-stream.ts';
import { useCan } from '../../session/session.tsx';
import { useAct, useNotify } from '../../ui/act.ts';
import { confirm } from '../../ui/confirm.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Facts, Page, Part, SidePanel } from '../../ui/page.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { useShortcuts } from '../../ui/shortcuts.ts';
import { Empty } from '../../ui/states.tsx';
import { Meter } from '../../ui/strip.tsx';
import { Word } from '../../ui/word.tsx';
import { useDepths } from './use-depths.ts';
import { DepthLine } from './depth-line.tsx';

const route = getRouteApi('/queues');
type Strategy = NonNullable<StrategyBody['strategy']>;
const STRATEGIES: readonly Strategy[] = ['fifo', 'priority', 'round_robin', 'fair'];

function StateWord({ queue }: { queue: Queue }) {
  const t = useT();
  return useLiveQueue(queue).paused ? <Word tone="warn">{t.queues.paused}</Word> : <Word tone="good">{t.queues.active}</Word>;
}

function Slots({ queue }: { queue: Queue }) {
  const t = useT();
  const { slots, busy } = queue;
  if (slots === null) return <span className="quiet">–</span>;
  return (
    <>
      <Meter value={busy ?? 0} max={slots} label={t.queues.busy(busy ?? 0, slots)} /> {busy ?? 0}/{slots}
    </>
  );
}

function Count({ queue, of }: { queue: Queue; of: 'submitted' | 'pending' | 'running' }) {
  const format = useFormat();
  return <>{format.number(useLiveQueue(queue)[of])}</>;
}

function Oldest({ queue }: { queue: Queue }) {
  const format = useFormat();
  const { oldestWaitingMs } = useLiveQueue(queue);
  return oldestWaitingMs === null ? null : <>{format.took(oldestWaitingMs)}</>;
}

function useColumns(depths: ReadonlyMap<string, readonly number[]>): Column<Queue>[] {
  const t = useT();
  const names = t.queues.columns;
  return [
    { key: 'name', title: names.name, role: 'primary', cell: ({ name }) => name },
    { key: 'state', title: '', width: '116px', role: 'aside', cell: (queue) => <StateWord queue={queue} /> },
    {
      key: 'depth',
      title: t.queues.depth,
      width: '132px',
      role: 'narrow',
      cell: ({ name }) => <DepthLine values={depths.get(name) ?? []} label={`${t.queues.depth}: ${name}`} />,
    },
    { key: 'ready', title: names.ready, width: '84px', end: true, cell: (queue) => <Count queue={queue} of="submitted" /> },
    {
      key: 'waiting',
      title: names.waiting,
      width: '84px',
      end: true,
      role: 'phone',
      cell: (queue) => <Count queue={queue} of="pending" />,
    },
    {
      key: 'running',
      title: names.running,
      width: '84px',
      end: true,
      role: 'phone',
      cell: (queue) => <Count queue={queue} of="running" />,
    },
    {
      key: 'oldest',
      title: names.oldest,
      width: '112px',
      end: true,
      cell: (queue) => <Oldest queue={queue} />,
    },
    { key: 'slots', title: names.slots, width: '152px', end: true, role: 'narrow', cell: (queue) => <Slots queue={queue} /> },
  ];
}

function Actions({ queue }: { queue: Queue }) {
  const t = useT();
  const act = useAct();
  const notify = useNotify();
  const { name, paused } = queue;
  const toggle = (): void =>
    void (paused
      ? act(() => resumeQueue(name), t.queues.resumedNow(name), ['queues'])
      : act(() => pauseQueue(name), t.queues.pausedNow(name), ['queues']));
  const drain = async (): Promise<void> => {
    const preview = await previewDrain(name).catch((error: Error) => notify(error.message, true));
    if (!preview) return;
    const text = `${t.queues.drainText} ${preview.summary}`;
    const yes = await confirm({ title: t.queues.drainQuestion(name), text, action: t.queues.drain, danger: true });
    if (yes) await act(() => drainQueue(name), t.queues.drained(name), ['queues']);
  };
  return (
    <>
      <Button variant={paused ? 'filled' : 'default'} onClick={toggle}>
        {paused ? t.actions.resume : t.actions.pause}
      </Button>
      <Button variant="default" onClick={() => void drain()}>
        {t.queues.drain}…
      </Button>
    </>
  );
}

function QueuePanel({ queue, onClose }: { queue: Queue; onClose: () => void }) {
  const t = useT();
  const format = useFormat();
  const can = useCan();
  const act = useAct();
  const names = t.queues.columns;
  const { name, pausedAt, pausedBy } = queue;
  const change = (strategy: string | null): void =>
    void (strategy && act(() => setStrategy(name, strategy as Strategy), t.queues.strategySet(name), ['queues']));
  return (
    <SidePanel
      label={name}
      title={name}
      state={<StateWord queue={queue} />}
      actions={can('queues:operate') && <Actions queue={queue} />}
      onClose={onClose}
    >
      <Facts
        facts={[
          [names.ready, <Count key="ready" queue={queue} of="submitted" />],
          [names.waiting, <Count key="waiting" queue={queue} of="pending" />],
          [names.running, <Count key="running" queue={queue} of="running" />],
          [names.oldest, <Oldest key="oldest" queue={queue} />],
          [names.slots, <Slots key="slots" queue={queue} />],
        ]}
      />
      {pausedAt !== null && <Part>{t.queues.pausedBy(pausedBy?.name ?? pausedBy?.type ?? '', format.full(pausedAt))}</Part>}
      {queue.withoutHandler > 0 && (
        <Part>
          <Word tone="warn">{t.queues.noHandler(queue.withoutHandler)}</Word>
        </Part>
      )}
      <Part>
        <Select
          label={names.strategy}
          value={queue.strategy}
          data={STRATEGIES.map((value) => ({ value, label: t.queues.strategies[value] ?? value }))}
          onChange={change}
          disabled={!can('queues:operate')}
          allowDeselect={false}
        />
      </Part>
      <Part>
        <Button component={Link} to="/executions" search={{ queue: [name] } as never} variant="default">
          {t.queues.showTasks}
        </Button>
      </Part>
    </SidePanel>
  );
}

export function QueuesPage() {
  const t = useT();
  const { sel } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useQuery(queuesQuery);
  const columns = useColumns(useDepths(query.data?.items, query.dataUpdatedAt));
  const select = (next: string | undefined): void => void navigate({ search: next === undefined ? {} : { sel: next } });
  const selected = query.data?.items.find(({ name }) => name === sel);
  useShortcuts({ Escape: () => select(undefined) });
  return (
    <Page
      title={t.queues.title}
      note={t.queues.unitHint}
      panel={selected && <QueuePanel queue={selected} onClose={() => select(undefined)} />}
    >
      <QueryView query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={t.queues.empty} command="npx contenthub queue list" />
          ) : (
            <DataTable
              label={t.queues.title}
              columns={columns}
              rows={items}
              idOf={({ name }) => name}
              selected={sel}
              onOpen={select}
              toneOf={({ paused }) => (paused ? 'striped' : undefined)}
            />
          )
        }
      </QueryView>
    </Page>
  );
}

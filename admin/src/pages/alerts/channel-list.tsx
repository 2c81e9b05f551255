import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { alertChannelsQuery, testChannel } from '../../api/alerts.ts';
import type { AlertChannelView } from '../../api/schema/types.gen.ts';
import { useT } from '../../i18n/i18n.tsx';
import { useCan } from '../../session/session.tsx';
import { useAct } from '../../ui/act.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { Empty } from '../../ui/states.tsx';
import { Word } from '../../ui/word.tsx';

export function ChannelList() {
  const t = useT();
  const can = useCan();
  const act = useAct();
  const query = useQuery(alertChannelsQuery);
  const columns: Column<AlertChannelView>[] = [
    { key: 'name', title: t.alerts.name, role: 'primary', cell: ({ name }) => <b>{name}</b> },
    { key: 'kind', title: '', width: '100px', cell: ({ kind }) => kind },
    { key: 'target', title: '', cell: ({ target }) => <span className="quiet">{target}</span> },
    {
      key: 'severity',
      title: '',
      width: '130px',
      role: 'phone',
      cell: ({ minSeverity }) => t.alerts.minSeverity(t.alerts.severity[minSeverity]),
    },
    {
      key: 'enabled',
      title: '',
      width: '92px',
      role: 'aside',
      cell: ({ enabled }) => <Word tone={enabled ? 'good' : 'quiet'}>{enabled ? t.alerts.enabled : t.alerts.disabled}</Word>,
    },
    {
      key: 'test',
      title: '',
      width: '150px',
      end: true,
      cell: ({ id, name }) =>
        can('alerts:operate') && (
          <Button
            variant="default"
            aria-label={`${t.alerts.test}: ${name}`}
            onClick={() => void act(() => testChannel(id), t.alerts.tested(name), ['alerts'])}
          >
            {t.alerts.test}
          </Button>
        ),
    },
  ];
  return (
    <QueryView query={query}>
      {({ items }) =>
        items.length === 0 ? (
          <Empty title={t.alerts.noChannels} command="npx contenthub alert channel create --help" />
        ) : (
          <DataTable label={t.alerts.tabs.channels} columns={columns} rows={items} idOf={({ id }) => id} />
        )
      }
    </QueryView>
  );
}

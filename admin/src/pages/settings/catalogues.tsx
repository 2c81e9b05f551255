import { useQuery } from '@tanstack/react-query';
import type { ChannelView, CreatorView, LimitView } from '../../api/schema/types.gen.ts';
import { channelsQuery, creatorsQuery, limitsQuery } from '../../api/settings.ts';
import { useFormat, useT } from '../../i18n/i18n.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { Empty } from '../../ui/states.tsx';
import { Word } from '../../ui/word.tsx';

/** What can write, and whether it can write now. */
export function Creators() {
  const t = useT();
  const texts = t.settings.creators;
  const query = useQuery(creatorsQuery);
  const columns: Column<CreatorView>[] = [
    { key: 'name', title: texts.columns.name, width: '140px', role: 'primary', cell: ({ name }) => <b>{name}</b> },
    { key: 'description', title: texts.columns.description, cell: ({ description }) => <span title={description}>{description}</span> },
    {
      key: 'needs',
      title: '',
      width: '180px',
      role: 'narrow',
      cell: ({ needsNetwork, asynchronous }) => (
        <span className="quiet">{[needsNetwork && texts.network, asynchronous && texts.asynchronous].filter(Boolean).join(', ')}</span>
      ),
    },
    {
      key: 'health',
      title: texts.columns.health,
      role: 'aside',
      width: '240px',
      cell: ({ health }) => (
        <span title={health.detail ?? ''}>
          <Word tone={health.usable ? 'good' : 'quiet'}>{health.usable ? texts.usable : texts.unusable}</Word>{' '}
          <span className="quiet">{health.detail}</span>
        </span>
      ),
    },
  ];
  return (
    <QueryView query={query}>
      {({ items }) => <DataTable label={t.settings.tabs.creators} columns={columns} rows={items} idOf={({ name }) => name} />}
    </QueryView>
  );
}

export function Channels() {
  const t = useT();
  const texts = t.settings.channels;
  const query = useQuery(channelsQuery);
  const columns: Column<ChannelView>[] = [
    { key: 'kind', title: texts.columns.kind, width: '140px', role: 'primary', cell: ({ kind }) => <b>{kind}</b> },
    { key: 'description', title: texts.columns.description, cell: ({ description }) => <span title={description}>{description}</span> },
    { key: 'modes', title: texts.columns.modes, width: '160px', role: 'aside', cell: ({ modes }) => modes.join(', ') },
  ];
  return (
    <QueryView query={query}>
      {({ items }) => <DataTable label={t.settings.tabs.channels} columns={columns} rows={items} idOf={({ kind }) => kind} />}
    </QueryView>
  );
}

export function Limits() {
  const t = useT();
  const format = useFormat();
  const texts = t.settings.limits;
  const query = useQuery(limitsQuery);
  const columns: Column<LimitView>[] = [
    { key: 'key', title: texts.columns.key, role: 'primary', cell: ({ key }) => <b>{key}</b> },
    { key: 'running', title: texts.columns.running, width: '110px', end: true, cell: ({ running }) => format.number(running) },
    {
      key: 'max',
      title: texts.columns.max,
      width: '110px',
      end: true,
      cell: ({ maxRunning }) => (maxRunning === null ? '–' : format.number(maxRunning)),
    },
    {
      key: 'rate',
      title: texts.columns.rate,
      width: '180px',
      end: true,
      cell: ({ rate }) => (rate === null ? '–' : texts.per(rate.count, format.took(rate.perMs))),
    },
  ];
  return (
    <QueryView query={query}>
      {({ items }) =>
        items.length === 0 ? (
          <Empty title={texts.empty} command="npx contenthub limit set --help" />
        ) : (
          <DataTable label={t.settings.tabs.limits} columns={columns} rows={items} idOf={({ key }) => key} />
        )
      }
    </QueryView>
  );
}

import { useQuery } from '@tanstack/react-query';
import { artifactsQuery, reportQuery, transitionsQuery } from '../../api/executions.ts';
import { addressOf } from '../../api/client.ts';
import type { ArtifactView, TransitionView } from '../../api/schema/types.gen.ts';
import { useFormat, useT } from '../../i18n/i18n.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { JsonView } from '../../ui/json-view.tsx';
import { Part } from '../../ui/page.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { Empty } from '../../ui/states.tsx';
import { Moment } from '../../ui/time.tsx';

export function JsonTab({ value, label, empty = '' }: { value: unknown; label: string; empty?: string }) {
  if (value == null) return <Empty title={empty} />;
  return (
    <Part>
      <JsonView value={value} label={label} />
    </Part>
  );
}

/** The errors of the attempts, newest first. */
export function ErrorsTab({ executionId }: { executionId: string }) {
  const t = useT();
  const query = useQuery(reportQuery(executionId));
  return (
    <QueryView query={query}>
      {({ attempts }) => {
        const failed = attempts.filter(({ error }) => error !== null).toReversed();
        if (failed.length === 0) return <Empty title={t.run.noErrors} />;
        return failed.map(({ generation, attempt, error, endedAt }) => (
          <Part
            key={`${generation}-${attempt}`}
            title={`${t.run.facts.attempt} ${attempt}: ${t.errorCodes[error?.code ?? ''] ?? error?.code ?? ''}`}
            aside={<Moment at={endedAt} />}
          >
            <p>{error?.message}</p>
            {error?.frames && <JsonView value={error.frames} label={t.run.errors} />}
          </Part>
        ));
      }}
    </QueryView>
  );
}

/** Every transition with who made it. */
export function EventsTab({ executionId }: { executionId: string }) {
  const t = useT();
  const query = useQuery(transitionsQuery(executionId));
  const columns: Column<TransitionView>[] = [
    { key: 'at', title: t.run.facts.submitted, width: '150px', cell: ({ at }) => <Moment at={at} /> },
    {
      key: 'to',
      title: t.executions.columns.state,
      role: 'primary',
      cell: ({ from, to }) => <b>{from === null ? to : `${from} → ${to}`}</b>,
    },
    { key: 'reason', title: t.run.events, cell: ({ reason }) => reason },
    { key: 'attempt', title: t.run.facts.attempt, width: '80px', end: true, cell: ({ attempt }) => attempt },
    { key: 'actor', title: t.run.facts.by, cell: ({ actor }) => actor.name ?? actor.type },
  ];
  return (
    <QueryView query={query}>
      {({ items }) => <DataTable label={t.run.events} columns={columns} rows={items} idOf={({ version }) => String(version)} />}
    </QueryView>
  );
}

export function FilesTab({ executionId }: { executionId: string }) {
  const t = useT();
  const format = useFormat();
  const query = useQuery(artifactsQuery(executionId));
  const columns: Column<ArtifactView>[] = [
    {
      key: 'name',
      title: t.run.files,
      role: 'primary',
      cell: ({ name }) => (
        <a href={addressOf('/executions/{executionId}/artifacts/{name}', { executionId, name })} download={name}>
          <b>{name}</b>
        </a>
      ),
    },
    { key: 'bytes', title: '', width: '110px', end: true, cell: ({ bytes }) => format.bytes(bytes) },
    { key: 'at', title: '', width: '150px', end: true, cell: ({ createdAt }) => <Moment at={createdAt} /> },
  ];
  return (
    <QueryView query={query}>
      {({ items }) =>
        items.length === 0 ? (
          <Empty title={t.run.noFiles} />
        ) : (
          <DataTable label={t.run.files} columns={columns} rows={items} idOf={({ name, epoch }) => `${epoch}-${name}`} />
        )
      }
    </QueryView>
  );
}

import { TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { systemQuery } from '../../api/health.ts';
import type { AgentView, SettingView, SystemView } from '../../api/schema/types.gen.ts';
import { useT } from '../../i18n/i18n.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Facts, Part } from '../../ui/page.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { Ago, Moment } from '../../ui/time.tsx';
import { Word } from '../../ui/word.tsx';
import { AgentWord } from '../workers/agent-parts.tsx';
import css from './health-page.module.css';

/** What runs here: versions, processes and settings. The server shows no secret. */
export function System() {
  const query = useQuery(systemQuery);
  return (
    <QueryView query={query} rows={4}>
      {(system) => (
        <>
          <Versions system={system} />
          <Processes system={system} />
          <Settings settings={system.settings} />
        </>
      )}
    </QueryView>
  );
}

function Versions({ system }: { system: SystemView }) {
  const t = useT();
  const names = t.health.system;
  return (
    <Part title={names.title}>
      <Facts
        facts={[
          [t.health.version, system.version],
          [names.node, system.nodeVersion],
          [names.database, system.databaseVersion],
          [names.migrations, names.migrated(system.migrations.length, system.migrations.at(-1) ?? '–')],
          [names.roles, system.roles.join(', ')],
          [names.started, <Moment key="started" at={system.startedAt} />],
        ]}
      />
    </Part>
  );
}

/** Processes of another version are named: an update is not complete. */
function Processes({ system: { processes, version } }: { system: SystemView }) {
  const t = useT();
  const names = t.workers.columns;
  if (processes.length === 0) return null;
  const columns: Column<AgentView>[] = [
    { key: 'name', title: names.name, role: 'primary', cell: ({ name }) => name },
    {
      key: 'version',
      title: names.version,
      width: '150px',
      cell: (process) =>
        process.version === version || process.version === null ? (
          (process.version ?? '–')
        ) : (
          <Word tone="warn">{t.health.system.otherVersion(process.version)}</Word>
        ),
    },
    {
      key: 'slots',
      title: t.workers.queueSlots,
      role: 'narrow',
      cell: ({ processInfo }) => (
        <span className="quiet">
          {Object.entries(processInfo?.slots ?? {})
            .map(([queue, slots]) => `${queue} ${slots}`)
            .join(', ')}
        </span>
      ),
    },
    { key: 'seen', title: names.heartbeat, width: '120px', end: true, cell: ({ lastSeenAt }) => <Ago at={lastSeenAt} /> },
    { key: 'status', title: names.status, width: '120px', role: 'aside', cell: ({ status }) => <AgentWord status={status} /> },
  ];
  return (
    <Part title={t.workers.processes} aside={<Link to="/workers">{t.nav.workers}</Link>}>
      <DataTable label={t.workers.processes} columns={columns} rows={processes} idOf={({ id }) => id} />
    </Part>
  );
}

function Settings({ settings }: { settings: readonly SettingView[] }) {
  const t = useT();
  const names = t.health.system;
  const [text, setText] = useState('');
  const words = text.trim().toLowerCase();
  const shown = settings.filter(({ name, doc }) => `${name} ${doc}`.toLowerCase().includes(words));
  return (
    <Part title={names.settings} aside={names.settingsHint}>
      <details className={css.fold}>
        <summary>{names.showSettings(settings.length)}</summary>
        <TextInput
          size="xs"
          aria-label={names.filter}
          placeholder={names.filter}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          maw={280}
        />
        <dl className={css.settings}>
          {shown.map(({ name, value, unit, doc }) => (
            <div key={name}>
              <dt className="mono">{name}</dt>
              <dd>
                <b className="mono">{value ?? '–'}</b> {value !== null && unit}
                <span className="quiet">{doc}</span>
              </dd>
            </div>
          ))}
        </dl>
      </details>
    </Part>
  );
}

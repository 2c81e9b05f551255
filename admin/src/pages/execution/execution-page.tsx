import { Button, SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { executionQuery, type Row } from '../../api/executions.ts';
import { LogPane } from '../../features/log/log-pane.tsx';
import { type LogTail, useLogTail } from '../../features/log/use-log.ts';
import { useT } from '../../i18n/i18n.tsx';
import { useCan } from '../../session/session.tsx';
import { CopyText } from '../../ui/copy.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { ProgressCell, StateCell, subjectOf } from '../executions/cells.tsx';
import { RunActions, RunAttempts, RunBlockers, RunError, RunFacts, useRefresh } from '../executions/run-parts.tsx';
import css from './execution-page.module.css';
import { EditedRetry } from './edited-retry.tsx';
import { ErrorsTab, EventsTab, FilesTab, JsonTab } from './tabs.tsx';
import { TABS, type Tab } from './search.ts';

const route = getRouteApi('/executions/$executionId');

function TabBody({ tab, row, log }: { tab: Tab; row: Row; log: LogTail }) {
  const t = useT();
  const { executionId } = row;
  switch (tab) {
    case 'log':
      return <LogPane executionId={executionId} log={log} />;
    case 'input':
      return <JsonTab value={row.params} label={t.run.input} />;
    case 'output':
      return <JsonTab value={row.result} label={t.run.output} empty={t.run.noOutput} />;
    case 'errors':
      return <ErrorsTab executionId={executionId} />;
    case 'events':
      return <EventsTab executionId={executionId} />;
    case 'files':
      return <FilesTab executionId={executionId} />;
  }
}

function Body({ row }: { row: Row }) {
  const t = useT();
  const can = useCan();
  const { tab = 'log' } = route.useSearch();
  const navigate = route.useNavigate();
  const log = useLogTail(row.executionId);
  useRefresh(row.executionId, log.stream.changes);
  return (
    <div className={css.body}>
      <div className={css.line}>
        <StateCell row={row} />
        <ProgressCell row={row} />
        <CopyText text={row.executionId} />
        <span className={css.subject}>{subjectOf(row.params)}</span>
        {row.finishedAt !== null && can('tasks:retry') && <EditedRetry row={row} />}
      </div>
      <RunError row={row} />
      <RunFacts row={row} />
      <RunBlockers row={row} />
      <RunAttempts executionId={row.executionId} />
      <div className={css.tabs}>
        <SegmentedControl
          value={tab}
          onChange={(value) => void navigate({ search: value === 'log' ? {} : { tab: value as Tab }, replace: true })}
          data={TABS.map((value) => ({ value, label: value === 'log' ? t.run.log : t.run[value] }))}
        />
        <CopyText text={`npx contenthub task status ${row.executionId} --follow`} />
      </div>
      <TabBody tab={tab} row={row} log={log} />
    </div>
  );
}

export function ExecutionPage() {
  const t = useT();
  const { executionId } = route.useParams();
  const query = useQuery(executionQuery(executionId));
  return (
    <Page
      title={query.data?.taskName ?? t.nav.executions}
      note={<Link to="/executions">← {t.nav.executions}</Link>}
      actions={
        query.data && (
          <>
            <RunActions row={query.data} />
            <Button component={Link} to="/executions" search={{ taskName: [query.data.taskName] } as never} variant="default">
              {t.actions.all}
            </Button>
          </>
        )
      }
    >
      <QueryView query={query}>{(row) => <Body key={row.executionId} row={row} />}</QueryView>
    </Page>
  );
}

import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { executionQuery, type Row } from '../../api/executions.ts';
import { LogPane } from '../../features/log/log-pane.tsx';
import { useLogTail } from '../../features/log/use-log.ts';
import { useT } from '../../i18n/i18n.tsx';
import { CopyText } from '../../ui/copy.tsx';
import { SidePanel } from '../../ui/page.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { ProgressCell, StateCell, subjectOf } from './cells.tsx';
import css from './run-panel.module.css';
import { RunActions, RunAttempts, RunBlockers, RunError, RunFacts, useRefresh } from './run-parts.tsx';

function Body({ row }: { row: Row }) {
  const log = useLogTail(row.executionId);
  useRefresh(row.executionId, log.stream.changes);
  return (
    <div className={css.body}>
      <div className={css.id}>
        <CopyText text={row.executionId} />
        <ProgressCell row={row} />
      </div>
      <RunError row={row} />
      <RunFacts row={row} />
      <RunBlockers row={row} />
      <RunAttempts executionId={row.executionId} />
      <LogPane executionId={row.executionId} log={log} />
    </div>
  );
}

export function RunPanel({ executionId, onClose }: { executionId: string; onClose: () => void }) {
  const t = useT();
  const query = useQuery(executionQuery(executionId));
  const row = query.data;
  return (
    <SidePanel
      label={row?.taskName ?? executionId}
      title={
        row && (
          <>
            {row.taskName} <span className={css.subject}>{subjectOf(row.params)}</span>
          </>
        )
      }
      state={row && <StateCell row={row} />}
      actions={
        row && (
          <>
            <RunActions row={row} />
            <Button component={Link} to="/executions/$executionId" params={{ executionId } as never} variant="default">
              {t.run.open}
            </Button>
          </>
        )
      }
      onClose={onClose}
    >
      <QueryView query={query}>{(data) => <Body row={data} />}</QueryView>
    </SidePanel>
  );
}

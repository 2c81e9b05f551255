import { Button, Menu } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { type BulkAction, type BulkScope, previewBulk, runBulk } from '../../api/executions.ts';
import type { BulkPreview } from '../../api/schema/types.gen.ts';
import { useFormat, useT } from '../../i18n/i18n.tsx';
import { useCan } from '../../session/session.tsx';
import { useNotify } from '../../ui/act.ts';
import css from './bulk-bar.module.css';

interface Props {
  scope: BulkScope;
  /** What is chosen, in words. */
  label: string;
  /** Chooses all that match instead of the rows; undefined where that is not possible. */
  onAllMatching?: (() => void) | undefined;
  onClear: () => void;
}

interface Plan {
  action: BulkAction;
  priority?: number;
  preview: BulkPreview;
}

const PRIORITIES = [10, 8, 5, 3, 1];

/** Bulk in three steps: choose, see how many can be changed and why not the rest, do it. The receipt is an execution. */
export function BulkBar({ scope, label, onAllMatching, onClear }: Props) {
  const t = useT();
  const can = useCan();
  const format = useFormat();
  const notify = useNotify();
  const [plan, setPlan] = useState<Plan | null>(null);
  const [receipt, setReceipt] = useState<string | null>(null);
  const fail = (error: unknown): void => notify((error as Error).message, true);
  const prepare = (action: BulkAction, priority?: number): void => {
    const change = { action, scope, ...(priority !== undefined && { priority }) };
    previewBulk(change).then((preview) => setPlan({ ...change, preview }), fail);
  };
  const run = (): void => {
    if (plan) runBulk({ ...plan, scope }).then(({ executionId }) => setReceipt(executionId), fail);
  };
  const words = { cancel: t.actions.cancel, retry: t.actions.retry, drain: t.actions.cancel, reprioritise: t.executions.priority };
  return (
    <div className={css.bar} role="toolbar" aria-label={label}>
      <b className="num">{receipt !== null ? t.executions.started(receipt.slice(-6)) : (plan?.preview.summary ?? label)}</b>
      {receipt !== null && (
        <Button component={Link} to="/executions" search={{ sel: receipt } as never} variant="default">
          {t.executions.openReceipt}
        </Button>
      )}
      {receipt === null && plan && (
        <Button disabled={plan.preview.eligible === 0} onClick={run}>
          {words[plan.action]} {format.number(plan.preview.eligible)}
        </Button>
      )}
      {receipt === null && !plan && can('tasks:bulk') && (
        <>
          {onAllMatching && (
            <Button variant="subtle" onClick={onAllMatching}>
              {t.executions.allMatching}
            </Button>
          )}
          <Button variant="default" onClick={() => prepare('retry')}>
            {t.actions.retry}…
          </Button>
          <Button variant="default" onClick={() => prepare('cancel')}>
            {t.actions.cancel}…
          </Button>
          <Menu position="top">
            <Menu.Target>
              <Button variant="default">{t.executions.priority}…</Button>
            </Menu.Target>
            <Menu.Dropdown>
              {PRIORITIES.map((priority) => (
                <Menu.Item key={priority} onClick={() => prepare('reprioritise', priority)}>
                  {t.executions.priorityTo(priority)}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        </>
      )}
      <Button variant="subtle" color="gray" onClick={() => (plan && receipt === null ? setPlan(null) : onClear())}>
        {receipt === null ? t.executions.clear : t.actions.close}
      </Button>
    </div>
  );
}

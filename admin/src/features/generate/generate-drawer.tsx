import { Button, Drawer } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { accountName, accountsQuery } from '../../api/accounts.ts';
import { createContentTask } from '../../api/content-tasks.ts';
import type { ContentTaskView } from '../../api/schema/types.gen.ts';
import { useT } from '../../i18n/i18n.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { Empty, Trouble } from '../../ui/states.tsx';
import { GenerateForm } from './generate-form.tsx';
import { EMPTY_FORM, type GenerateForm as Form, requestOf } from './request.ts';
import { SlotNote, useSlot } from './slot.tsx';
import { TaskProgress } from './task-progress.tsx';
import type { GeneratePrefill } from './use-generate.ts';

interface Props extends GeneratePrefill {
  onClose: () => void;
}

/** Requests contents over any page, and then shows how they are written. */
export function GenerateDrawer({ topic, account, at, onClose }: Props) {
  const t = useT();
  const client = useQueryClient();
  const accounts = useQuery(accountsQuery);
  const [form, setForm] = useState<Form>({ ...EMPTY_FORM, topic: topic ?? '' });
  const [chosen, setChosen] = useState<string[] | null>(account === undefined ? null : [account]);
  const [tasks, setTasks] = useState<readonly ContentTaskView[]>([]);
  const [error, setError] = useState<Error | null>(null);
  const [busy, setBusy] = useState(false);
  const active = accounts.data?.filter(({ status }) => status === 'active') ?? [];
  const slot = useSlot(accounts.data, account, at);
  const accountIds = chosen ?? active.slice(0, 1).map(({ id }) => id);
  const submit = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    const results = await Promise.allSettled(accountIds.map((id) => createContentTask(requestOf(form, id))));
    setBusy(false);
    setTasks(results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : [])));
    const refused = results.find((result) => result.status === 'rejected');
    if (refused) setError(refused.reason as Error);
    void client.invalidateQueries({ queryKey: ['content-tasks'] });
  };
  return (
    <Drawer
      opened
      onClose={onClose}
      title={t.generate.title}
      position="right"
      size={520}
      closeButtonProps={{ 'aria-label': t.actions.close }}
      overlayProps={{ backgroundOpacity: 0.2, blur: 0 }}
    >
      {error && <Trouble error={error} />}
      {tasks.length > 0 ? (
        <>
          {tasks.map((task) => (
            <TaskProgress
              key={task.id}
              taskId={task.taskId}
              account={accountName(accounts.data, task.accountId)}
              slot={slot?.accountId === task.accountId ? slot : undefined}
            />
          ))}
          <Button variant="default" onClick={() => setTasks([])}>
            {t.generate.another}
          </Button>
        </>
      ) : (
        <QueryView query={accounts} rows={5}>
          {() =>
            active.length === 0 ? (
              <Empty
                title={t.generate.noAccount}
                action={
                  <Button component={Link} to="/accounts">
                    {t.generate.toAccounts}
                  </Button>
                }
                command="npx contenthub account create --help"
              >
                {t.generate.noAccountHint}
              </Empty>
            ) : (
              <>
                {slot && <SlotNote slot={slot} />}
                <GenerateForm
                  {...{ form, accountIds, accounts: active, busy }}
                  onForm={setForm}
                  onAccounts={setChosen}
                  onSubmit={() => void submit()}
                />
              </>
            )
          }
        </QueryView>
      )}
    </Drawer>
  );
}

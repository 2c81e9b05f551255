import { Button, MultiSelect, TextInput } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { itemsOf } from '../../api/page.ts';
import type { CreateKeyBody, KeyView } from '../../api/schema/types.gen.ts';
import { createKey, keysQuery, revokeKey } from '../../api/settings.ts';
import { ROLES } from '../../api/users.ts';
import { useT } from '../../i18n/i18n.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { useAct } from '../../ui/act.ts';
import { confirm } from '../../ui/confirm.tsx';
import { type Column, DataTable, MoreRows } from '../../ui/data-table.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { SecretDialog } from '../../ui/secret-dialog.tsx';
import { Ago } from '../../ui/time.tsx';
import { Word } from '../../ui/word.tsx';
import css from './settings.module.css';

function CreateKey({ opened, onClose, onKey }: { opened: boolean; onClose: () => void; onKey: (key: string) => void }) {
  const t = useT();
  const act = useAct();
  const [roles, setRoles] = useState<string[]>(['viewer']);
  const submit = async (text: (name: string) => string): Promise<void> => {
    const name = text('name');
    const create = async (): Promise<void> => onKey((await createKey({ name, roles: roles as CreateKeyBody['roles'] })).key);
    if (await act(create, t.settings.keys.created, ['keys'])) onClose();
  };
  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      title={t.settings.keys.create}
      action={t.actions.create}
      disabled={roles.length === 0}
      onSubmit={submit}
    >
      <TextInput name="name" label={t.settings.keys.name} description={t.settings.keys.nameHint} required maxLength={100} data-autofocus />
      <MultiSelect mt="sm" label={t.settings.keys.roles} data={[...ROLES]} value={roles} onChange={setRoles} />
    </FormDialog>
  );
}

export function Keys() {
  const t = useT();
  const act = useAct();
  const texts = t.settings.keys;
  const query = useInfiniteQuery(keysQuery);
  const rows = itemsOf(query.data);
  const [creating, setCreating] = useState(false);
  const [key, setKey] = useState<string | null>(null);
  const revoke = async ({ id, name }: KeyView): Promise<void> => {
    const question = { title: texts.revokeQuestion(name), text: texts.revokeText, action: texts.revoke, danger: true };
    if (await confirm(question)) await act(() => revokeKey(id), texts.revoked(name), ['keys']);
  };
  const columns: Column<KeyView>[] = [
    {
      key: 'name',
      title: texts.columns.name,
      role: 'primary',
      cell: ({ name, prefix }) => (
        <>
          <b>{name}</b> <span className="mono quiet">{prefix}…</span>
        </>
      ),
    },
    { key: 'roles', title: texts.columns.roles, width: '180px', cell: ({ roles }) => roles.join(', ') },
    {
      key: 'status',
      title: texts.columns.status,
      width: '112px',
      role: 'aside',
      cell: ({ status }) => <Word tone={status === 'active' ? 'good' : 'quiet'}>{texts.status[status]}</Word>,
    },
    { key: 'used', title: texts.columns.used, width: '118px', end: true, cell: ({ lastUsedAt }) => <Ago at={lastUsedAt} /> },
    {
      key: 'created',
      title: texts.columns.created,
      width: '118px',
      end: true,
      role: 'phone',
      cell: ({ createdAt }) => <Ago at={createdAt} />,
    },
    {
      key: 'revoke',
      title: '',
      width: '128px',
      end: true,
      cell: (row) =>
        row.status === 'active' && (
          <Button variant="default" aria-label={`${texts.revoke}: ${row.name}`} onClick={() => void revoke(row)}>
            {texts.revoke}…
          </Button>
        ),
    },
  ];
  return (
    <>
      <div className={css.head}>
        <Button onClick={() => setCreating(true)}>{texts.create}</Button>
      </div>
      <QueryView query={query}>
        {() => (
          <DataTable
            label={t.settings.tabs.keys}
            columns={columns}
            rows={rows}
            idOf={({ id }) => id}
            toneOf={({ status }) => (status === 'active' ? undefined : 'muted')}
            foot={
              <MoreRows
                shown={rows.length}
                hasMore={query.hasNextPage}
                loading={query.isFetchingNextPage}
                onMore={() => void query.fetchNextPage()}
              />
            }
          />
        )}
      </QueryView>
      <CreateKey opened={creating} onClose={() => setCreating(false)} onKey={setKey} />
      <SecretDialog title={texts.created} hint={texts.createdHint} secret={key} onClose={() => setKey(null)} />
    </>
  );
}

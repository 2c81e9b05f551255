import { Button, Menu, Select, TextInput } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiError } from '../../api/client.ts';
import { itemsOf } from '../../api/page.ts';
import { changeUser, createLink, createUser, deleteUser, type Role, ROLES, type User, usersQuery } from '../../api/users.ts';
import { useT } from '../../i18n/i18n.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { useAct, useNotify } from '../../ui/act.ts';
import { confirm } from '../../ui/confirm.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { SecretDialog } from '../../ui/secret-dialog.tsx';
import { Empty } from '../../ui/states.tsx';
import { Ago } from '../../ui/time.tsx';
import { type Tone, Word } from '../../ui/word.tsx';
import css from './settings.module.css';

const TONES: Record<User['status'], Tone> = { active: 'good', invited: 'running', disabled: 'quiet' };

/** A new user gets a link to set a password. */
function CreateUser({ opened, onClose, onLink }: { opened: boolean; onClose: () => void; onLink: (url: string) => void }) {
  const t = useT();
  const act = useAct();
  const [role, setRole] = useState<Role>('viewer');
  const submit = async (text: (name: string) => string): Promise<void> => {
    const username = text('username');
    const displayName = text('displayName');
    const create = async (): Promise<void> => {
      const user = await createUser({ username, role, ...(displayName !== '' && { displayName }) });
      onLink((await createLink(user)).url);
    };
    if (await act(create, t.settings.users.changed(username), ['users'])) onClose();
  };
  return (
    <FormDialog opened={opened} onClose={onClose} title={t.settings.users.create} action={t.actions.create} onSubmit={submit}>
      <TextInput name="username" label={t.settings.users.username} required pattern="[A-Za-z0-9._@+\-]+" maxLength={64} data-autofocus />
      <TextInput mt="sm" name="displayName" label={t.settings.users.displayName} maxLength={100} />
      <Select
        mt="sm"
        label={t.settings.users.role}
        data={[...ROLES]}
        value={role}
        onChange={(value) => value && setRole(value as Role)}
        allowDeselect={false}
      />
    </FormDialog>
  );
}

function UserMenu({ user, onLink }: { user: User; onLink: (url: string) => void }) {
  const t = useT();
  const act = useAct();
  const notify = useNotify();
  const texts = t.settings.users;
  const { id, username, status, role } = user;
  const change = (body: Parameters<typeof changeUser>[1]): void => void act(() => changeUser(id, body), texts.changed(username), ['users']);
  const link = (): void => {
    createLink(user).then(
      ({ url }) => onLink(url),
      (error: Error) => notify(error.message, true),
    );
  };
  const remove = async (): Promise<void> => {
    const question = { title: texts.deleteQuestion(username), text: texts.deleteText, action: t.actions.remove, danger: true };
    if (await confirm(question)) await act(() => deleteUser(id), texts.deleted(username), ['users']);
  };
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" aria-label={`${t.nav.more}: ${username}`}>
          …
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={link}>{texts.link}…</Menu.Item>
        <Menu.Item onClick={() => change({ disabled: status !== 'disabled' })}>
          {status === 'disabled' ? texts.enable : texts.disable}
        </Menu.Item>
        <Menu.Label>{texts.role}</Menu.Label>
        {ROLES.filter((one) => one !== role).map((one) => (
          <Menu.Item key={one} onClick={() => change({ role: one })}>
            {one}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item onClick={() => void remove()}>{t.actions.remove}…</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

export function Users() {
  const t = useT();
  const texts = t.settings.users;
  const query = useInfiniteQuery(usersQuery);
  const [creating, setCreating] = useState(false);
  const [link, setLink] = useState<string | null>(null);
  if (query.error instanceof ApiError && query.error.status === 404) return <Empty title={texts.missing} />;
  const rows = itemsOf(query.data);
  const columns: Column<User>[] = [
    {
      key: 'name',
      title: texts.columns.name,
      role: 'primary',
      cell: ({ username, displayName }) => (
        <>
          <b>{username}</b> {displayName !== username && <span className="quiet">{displayName}</span>}
        </>
      ),
    },
    { key: 'role', title: texts.columns.role, width: '120px', cell: ({ role }) => role },
    {
      key: 'status',
      title: texts.columns.status,
      width: '112px',
      role: 'aside',
      cell: ({ status }) => <Word tone={TONES[status]}>{texts.status[status]}</Word>,
    },
    { key: 'seen', title: texts.columns.seen, width: '118px', end: true, cell: ({ lastSeenAt }) => <Ago at={lastSeenAt} /> },
    { key: 'menu', title: '', width: '92px', end: true, cell: (user) => <UserMenu user={user} onLink={setLink} /> },
  ];
  return (
    <>
      <div className={css.head}>
        <Button onClick={() => setCreating(true)}>{texts.create}</Button>
      </div>
      <QueryView query={query}>
        {() =>
          rows.length === 0 ? (
            <Empty title={texts.empty} command="npx contenthub user create --help" />
          ) : (
            <DataTable
              label={t.settings.tabs.users}
              columns={columns}
              rows={rows}
              idOf={({ id }) => id}
              toneOf={({ status }) => (status === 'disabled' ? 'muted' : undefined)}
            />
          )
        }
      </QueryView>
      <CreateUser opened={creating} onClose={() => setCreating(false)} onLink={setLink} />
      <SecretDialog title={texts.link} hint={texts.linkHint} secret={link} onClose={() => setLink(null)} />
    </>
  );
}

import { Select, type SelectProps } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { accountsQuery } from '../api/accounts.ts';
import { useT } from '../i18n/i18n.tsx';

/** Chooses an account that is not archived. */
export function AccountSelect(props: Omit<SelectProps, 'data'>) {
  const t = useT();
  const accounts = useQuery(accountsQuery);
  const data = (accounts.data ?? []).filter(({ status }) => status !== 'archived').map(({ id, name }) => ({ value: id, label: name }));
  return <Select searchable clearButtonProps={{ 'aria-label': t.actions.clear }} {...props} data={data} />;
}

/** Names by id, for lists that have ids only. */
export function useAccountNames(): (id: string) => string {
  const accounts = useQuery(accountsQuery);
  const names = new Map(accounts.data?.map(({ id, name }) => [id, name]));
  return (id) => names.get(id) ?? '';
}

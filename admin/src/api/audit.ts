import { infiniteQueryOptions } from '@tanstack/react-query';
import { addressOf, call } from './client.ts';
import { byCursor } from './page.ts';
import type { AuditListData, OperationPage } from './schema/types.gen.ts';

export type AuditFilter = Pick<NonNullable<AuditListData['query']>, 'actor' | 'operation' | 'path'>;

export const auditQuery = (filter: AuditFilter) =>
  infiniteQueryOptions({
    ...byCursor,
    queryKey: ['audit', filter],
    queryFn: ({ pageParam, signal }) =>
      call<AuditListData, OperationPage>('GET', '/audit', { query: { ...filter, limit: 100, cursor: pageParam }, signal }),
  });

/** The address of the whole filtered list as CSV. */
export const auditExport = (filter: AuditFilter): string => addressOf('/audit/export', {}, { ...filter, format: 'csv' });

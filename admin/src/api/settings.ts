import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { call, ifMatch } from './client.ts';
import { byCursor } from './page.ts';
import type {
  BudgetList,
  BudgetsCreateData,
  BudgetsListData,
  BudgetsRemoveData,
  BudgetView,
  ChannelList,
  ChannelsListData,
  CreateBudgetBody,
  CreatedKeyView,
  CreateKeyBody,
  CreatorList,
  CreatorsListData,
  KeyPage,
  KeysCreateData,
  KeysListData,
  KeysRevokeData,
  LimitList,
  LimitsListData,
} from './schema/types.gen.ts';

export const keysQuery = infiniteQueryOptions({
  ...byCursor,
  queryKey: ['keys'],
  queryFn: ({ pageParam, signal }) => call<KeysListData, KeyPage>('GET', '/keys', { query: { limit: 100, cursor: pageParam }, signal }),
});

export const createKey = (body: CreateKeyBody): Promise<CreatedKeyView> => call<KeysCreateData, CreatedKeyView>('POST', '/keys', { body });
export const revokeKey = (keyId: string): Promise<unknown> => call<KeysRevokeData, unknown>('DELETE', '/keys/{keyId}', { path: { keyId } });

export const creatorsQuery = queryOptions({
  queryKey: ['creators'],
  queryFn: ({ signal }) => call<CreatorsListData, CreatorList>('GET', '/creators', { signal }),
});

export const channelsQuery = queryOptions({
  queryKey: ['channels'],
  queryFn: ({ signal }) => call<ChannelsListData, ChannelList>('GET', '/channels', { signal }),
});

export const budgetsQuery = queryOptions({
  queryKey: ['budgets'],
  queryFn: ({ signal }) => call<BudgetsListData, BudgetList>('GET', '/budgets', { signal }),
});

export const createBudget = (body: CreateBudgetBody): Promise<BudgetView> =>
  call<BudgetsCreateData, BudgetView>('POST', '/budgets', { body });

export const deleteBudget = ({ id, version }: BudgetView): Promise<unknown> =>
  call<BudgetsRemoveData, unknown>('DELETE', '/budgets/{id}', { path: { id }, headers: ifMatch(version) });

export const limitsQuery = queryOptions({
  queryKey: ['limits'],
  queryFn: ({ signal }) => call<LimitsListData, LimitList>('GET', '/limits', { signal }),
});

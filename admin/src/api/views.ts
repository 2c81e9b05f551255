import { queryOptions } from '@tanstack/react-query';
import { call } from './client.ts';
import type {
  SavedViewBody,
  SavedViewList,
  SavedViewView,
  ViewsCreateData,
  ViewsDeleteData,
  ViewsListData,
  ViewsReplaceData,
} from './schema/types.gen.ts';

export type SavedView = SavedViewView;

export const viewsQuery = (page: string) =>
  queryOptions({
    queryKey: ['views', page],
    queryFn: ({ signal }) => call<ViewsListData, SavedViewList>('GET', '/views', { query: { page }, signal }),
    staleTime: 60_000,
  });

export const createView = (body: SavedViewBody): Promise<SavedView> => call<ViewsCreateData, SavedView>('POST', '/views', { body });

export const replaceView = (id: string, body: SavedViewBody): Promise<SavedView> =>
  call<ViewsReplaceData, SavedView>('PUT', '/views/{id}', { path: { id }, body });

export const deleteView = (id: string): Promise<unknown> => call<ViewsDeleteData, unknown>('DELETE', '/views/{id}', { path: { id } });

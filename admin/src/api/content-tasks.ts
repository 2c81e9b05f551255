import { queryOptions } from '@tanstack/react-query';
import { call, onceKey } from './client.ts';
import type {
  ContentTaskPage,
  ContentTasksCreateData,
  ContentTasksGetData,
  ContentTasksListData,
  ContentTaskView,
  CreateContentTaskBody,
} from './schema/types.gen.ts';

export type ContentTask = ContentTaskView & { fetchedAt: number };
export type NewContentTask = CreateContentTaskBody;
type TaskStatus = ContentTaskView['status'];

export const OPEN_TASKS = ['running', 'submitted', 'pending'] as const satisfies readonly TaskStatus[];
export const FAILED_TASKS = ['failed', 'timeout'] as const satisfies readonly TaskStatus[];
const LISTED = 50;

export const contentTasksQuery = (status: readonly TaskStatus[]) =>
  queryOptions({
    queryKey: ['content-tasks', 'list', status],
    queryFn: async ({ signal }): Promise<ContentTask[]> => {
      const fetchedAt = Date.now();
      const query = { status: [...status], limit: LISTED };
      const { items } = await call<ContentTasksListData, ContentTaskPage>('GET', '/content-tasks', { query, signal });
      return items.map((item) => ({ ...item, fetchedAt }));
    },
  });

/** By its taskId or the id of its execution. */
export const contentTaskQuery = (taskId: string) =>
  queryOptions({
    queryKey: ['content-tasks', 'one', taskId],
    queryFn: async ({ signal }): Promise<ContentTask> => {
      const fetchedAt = Date.now();
      const task = await call<ContentTasksGetData, ContentTaskView>('GET', '/content-tasks/{taskId}', { path: { taskId }, signal });
      return { ...task, fetchedAt };
    },
  });

export const createContentTask = (body: NewContentTask): Promise<ContentTaskView> =>
  call<ContentTasksCreateData, ContentTaskView>('POST', '/content-tasks', { body, headers: onceKey() });

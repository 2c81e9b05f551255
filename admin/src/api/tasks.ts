import { queryOptions } from '@tanstack/react-query';
import { call, onceKey } from './client.ts';
import type {
  AcceptedExecution,
  DaysView,
  ExecuteTaskBody,
  MonitorGetStatisticsData,
  PausedDefinitionList,
  TaskCatalogue,
  TaskCatalogueItem,
  TasksExecuteManualData,
  TasksGetData,
  TasksListData,
  TasksListPausedData,
  TasksPauseData,
  TasksResumeData,
} from './schema/types.gen.ts';

export const tasksQuery = queryOptions({
  queryKey: ['tasks'],
  queryFn: ({ signal }) => call<TasksListData, TaskCatalogue>('GET', '/tasks', { signal }),
  staleTime: 60_000,
});

/** One task with the whole schema of its params. */
export const taskQuery = (taskName: string) =>
  queryOptions({
    queryKey: ['tasks', 'one', taskName],
    queryFn: ({ signal }) => call<TasksGetData, TaskCatalogueItem>('GET', '/tasks/{taskName}', { path: { taskName }, signal }),
    staleTime: 60_000,
  });

export const pausedTasksQuery = queryOptions({
  queryKey: ['tasks', 'paused'],
  queryFn: ({ signal }) => call<TasksListPausedData, PausedDefinitionList>('GET', '/tasks/paused', { signal }),
});

/** Counts by day. */
export const taskDaysQuery = (taskName: string) =>
  queryOptions({
    queryKey: ['tasks', 'days', taskName],
    queryFn: ({ signal }) => call<MonitorGetStatisticsData, DaysView>('GET', '/monitor/stats', { query: { days: 14, taskName }, signal }),
  });

export const pauseTask = (taskName: string): Promise<unknown> =>
  call<TasksPauseData, unknown>('POST', '/tasks/{taskName}/pause', { path: { taskName } });

export const resumeTask = (taskName: string): Promise<unknown> =>
  call<TasksResumeData, unknown>('POST', '/tasks/{taskName}/resume', { path: { taskName } });

export const runTask = (taskName: string, body: ExecuteTaskBody): Promise<AcceptedExecution> =>
  call<TasksExecuteManualData, AcceptedExecution>('POST', '/tasks/{taskName}/execute/manual', {
    path: { taskName },
    body,
    headers: onceKey(),
  });

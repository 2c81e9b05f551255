import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { call, onceKey, ifMatch } from './client.ts';
import { byCursor } from './page.ts';
import type {
  BackfillReply,
  CreateScheduleBody,
  FiringPage,
  SchedulePage,
  SchedulesBackfillData,
  SchedulesCreateData,
  SchedulesDeleteData,
  SchedulesGetData,
  SchedulesHistoryData,
  SchedulesListData,
  SchedulesPauseData,
  SchedulesResumeData,
  SchedulesRunData,
  SchedulesSkipNextData,
  ScheduleView,
  SystemRunList,
  SystemScheduleList,
  SystemSchedulesHistoryData,
  SystemSchedulesPauseData,
  SystemSchedulesResumeData,
  SystemScheduleView,
} from './schema/types.gen.ts';

const PAGE = 100;

export const schedulesQuery = infiniteQueryOptions({
  ...byCursor,
  queryKey: ['schedules', 'tasks'],
  queryFn: ({ pageParam, signal }) =>
    call<SchedulesListData, SchedulePage>('GET', '/schedules', { query: { kind: 'task', limit: PAGE, cursor: pageParam }, signal }),
  refetchInterval: 60_000,
});

/** The periodic work of the product. */
export const systemSchedulesQuery = queryOptions({
  queryKey: ['schedules', 'system'],
  queryFn: ({ signal }) => call<SchedulesListData, SystemScheduleList>('GET', '/schedules', { query: { kind: 'system' }, signal }),
  refetchInterval: 30_000,
});

export const scheduleQuery = (id: string) =>
  queryOptions({
    queryKey: ['schedules', 'one', id],
    queryFn: ({ signal }) => call<SchedulesGetData, ScheduleView>('GET', '/schedules/{id}', { path: { id }, signal }),
  });

/** The last firings, newest first. */
export const firingsQuery = (id: string) =>
  queryOptions({
    queryKey: ['schedules', 'history', id],
    queryFn: ({ signal }) =>
      call<SchedulesHistoryData, FiringPage>('GET', '/schedules/{id}/history', { path: { id }, query: { limit: 30 }, signal }),
    staleTime: 30_000,
  });

type SystemName = SystemScheduleView['name'];

export const systemRunsQuery = (name: SystemName) =>
  queryOptions({
    queryKey: ['schedules', 'system', name],
    queryFn: ({ signal }) =>
      call<SystemSchedulesHistoryData, SystemRunList>('GET', '/schedules/system/{name}/history', {
        path: { name },
        query: { limit: 30 },
        signal,
      }),
  });

const at = (id: string) => ({ path: { id } });

export const pauseSchedule = (id: string): Promise<unknown> => call<SchedulesPauseData, unknown>('POST', '/schedules/{id}/pause', at(id));
export const resumeSchedule = (id: string): Promise<unknown> =>
  call<SchedulesResumeData, unknown>('POST', '/schedules/{id}/resume', at(id));

/** The version keeps a repeated request from skipping another due time. */
export const skipNext = ({ id, version }: ScheduleView): Promise<unknown> =>
  call<SchedulesSkipNextData, unknown>('POST', '/schedules/{id}/skip-next', { ...at(id), headers: ifMatch(version) });

export const runSchedule = (id: string): Promise<unknown> =>
  call<SchedulesRunData, unknown>('POST', '/schedules/{id}/run', { ...at(id), headers: onceKey() });

export const deleteSchedule = ({ id, version }: ScheduleView): Promise<unknown> =>
  call<SchedulesDeleteData, unknown>('DELETE', '/schedules/{id}', { ...at(id), headers: ifMatch(version) });

export const createSchedule = (body: CreateScheduleBody): Promise<ScheduleView> =>
  call<SchedulesCreateData, ScheduleView>('POST', '/schedules', { body });

export const backfill = (id: string, range: { from: string; to: string; preview: boolean }): Promise<BackfillReply> =>
  call<SchedulesBackfillData, BackfillReply>('POST', '/schedules/{id}/backfill', { ...at(id), body: range });

export const pauseSystem = (name: SystemName): Promise<unknown> =>
  call<SystemSchedulesPauseData, unknown>('POST', '/schedules/system/{name}/pause', { path: { name } });

export const resumeSystem = (name: SystemName): Promise<unknown> =>
  call<SystemSchedulesResumeData, unknown>('POST', '/schedules/system/{name}/resume', { path: { name } });

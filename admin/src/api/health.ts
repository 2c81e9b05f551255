import { queryOptions } from '@tanstack/react-query';
import { ApiError, call } from './client.ts';
import type {
  FullHealthReport,
  HealthCheckReadyData,
  HealthReport,
  MonitorGetMetricsData,
  MonitorGetReportData,
  MonitorMetricsView,
  SystemGetData,
  SystemView,
} from './schema/types.gen.ts';

/** Needs no permission. An answer of 503 is a report too. */
export const readyQuery = queryOptions({
  queryKey: ['health', 'ready'],
  queryFn: async ({ signal }): Promise<HealthReport> => {
    try {
      return await call<HealthCheckReadyData, HealthReport>('GET', '/health/ready', { signal });
    } catch (error) {
      if (error instanceof ApiError && error.status === 503 && 'details' in error.problem) return error.problem as unknown as HealthReport;
      throw error;
    }
  },
  refetchInterval: 10_000,
});

/** `language`: of its sentences, which is that of the preferences (client.ts); a switch asks for them again. */
export const reportQuery = (language: string) =>
  queryOptions({
    queryKey: ['health', 'report', language],
    queryFn: ({ signal }) => call<MonitorGetReportData, FullHealthReport>('GET', '/monitor/report', { signal }),
    refetchInterval: 10_000,
  });

export const metricsQuery = queryOptions({
  queryKey: ['health', 'metrics'],
  queryFn: ({ signal }) => call<MonitorGetMetricsData, MonitorMetricsView>('GET', '/monitor/metrics', { signal }),
  refetchInterval: 10_000,
});

export const systemQuery = queryOptions({
  queryKey: ['health', 'system'],
  queryFn: ({ signal }) => call<SystemGetData, SystemView>('GET', '/system', { signal }),
  refetchInterval: 30_000,
});

import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { call, ifMatch } from './client.ts';
import { byCursor } from './page.ts';
import type {
  AlertChannelList,
  AlertChannelsListData,
  AlertChannelsTestData,
  AlertDetailView,
  AlertPage,
  AlertRuleList,
  AlertRulesCreateData,
  AlertRulesListData,
  AlertRulesPreviewConditionData,
  AlertRulesRemoveData,
  AlertRulesUpdateData,
  AlertRuleView,
  AlertsAcknowledgeData,
  AlertsGetData,
  AlertsListData,
  AlertsSilenceData,
  AlertsUnsilenceData,
  AlertView,
  AlertMetricsListData,
  CreateRuleBody,
  MetricList,
  PreviewView,
} from './schema/types.gen.ts';

export type AlertStatus = AlertView['status'];

const PAGE = 100;

export const alertsQuery = (status: AlertStatus[] | undefined) =>
  infiniteQueryOptions({
    ...byCursor,
    queryKey: ['alerts', 'list', status],
    queryFn: ({ pageParam, signal }) =>
      call<AlertsListData, AlertPage>('GET', '/alerts', { query: { limit: PAGE, cursor: pageParam, ...(status && { status }) }, signal }),
    refetchInterval: 10_000,
  });

export const alertQuery = (id: string) =>
  queryOptions({
    queryKey: ['alerts', 'one', id],
    queryFn: ({ signal }) => call<AlertsGetData, AlertDetailView>('GET', '/alerts/{id}', { path: { id }, signal }),
  });

export const rulesQuery = queryOptions({
  queryKey: ['alerts', 'rules'],
  queryFn: ({ signal }) => call<AlertRulesListData, AlertRuleList>('GET', '/alert-rules', { signal }),
});

export const alertChannelsQuery = queryOptions({
  queryKey: ['alerts', 'channels'],
  queryFn: ({ signal }) => call<AlertChannelsListData, AlertChannelList>('GET', '/alert-channels', { signal }),
});

export const metricsQuery = queryOptions({
  queryKey: ['alerts', 'metrics'],
  queryFn: ({ signal }) => call<AlertMetricsListData, MetricList>('GET', '/alert-metrics', { signal }),
  staleTime: 600_000,
});

export type Condition = Pick<CreateRuleBody, 'metric' | 'comparison' | 'threshold'>;

/** How often a rule would have fired in the last week. */
export const previewQuery = (condition: Condition) =>
  queryOptions({
    queryKey: ['alerts', 'preview', condition],
    queryFn: ({ signal }) =>
      call<AlertRulesPreviewConditionData, PreviewView>('POST', '/alert-rules/preview', {
        body: condition as AlertRulesPreviewConditionData['body'],
        signal,
      }),
    staleTime: 60_000,
  });

export const acknowledge = (id: string): Promise<unknown> =>
  call<AlertsAcknowledgeData, unknown>('POST', '/alerts/{id}/acknowledge', { path: { id }, body: {} });

export const silence = (id: string, seconds: number): Promise<unknown> =>
  call<AlertsSilenceData, unknown>('POST', '/alerts/{id}/silence', { path: { id }, body: { seconds } });

export const unsilence = (id: string): Promise<unknown> =>
  call<AlertsUnsilenceData, unknown>('POST', '/alerts/{id}/unsilence', { path: { id }, body: {} });

export const createRule = (body: CreateRuleBody): Promise<AlertRuleView> =>
  call<AlertRulesCreateData, AlertRuleView>('POST', '/alert-rules', { body });

export const updateRule = ({ id, version }: AlertRuleView, body: AlertRulesUpdateData['body']): Promise<AlertRuleView> =>
  call<AlertRulesUpdateData, AlertRuleView>('PATCH', '/alert-rules/{id}', { path: { id }, body, headers: ifMatch(version) });

export const deleteRule = ({ id, version }: AlertRuleView): Promise<unknown> =>
  call<AlertRulesRemoveData, unknown>('DELETE', '/alert-rules/{id}', { path: { id }, headers: ifMatch(version) });

export const testChannel = (id: string): Promise<unknown> =>
  call<AlertChannelsTestData, unknown>('POST', '/alert-channels/{id}/test', { path: { id } });

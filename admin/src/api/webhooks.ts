import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { call, ifMatch } from './client.ts';
import { byCursor } from './page.ts';
import type {
  CreateWebhookBody,
  DeliveryPage,
  WebhookList,
  WebhooksCreateData,
  WebhooksDeleteData,
  WebhooksListData,
  WebhooksListDeliveriesData,
  WebhooksPauseData,
  WebhooksRedeliverData,
  WebhooksResumeData,
  WebhooksRotateData,
  WebhooksTestData,
  WebhookView,
  WebhookWithSecretView,
} from './schema/types.gen.ts';

export const webhooksQuery = queryOptions({
  queryKey: ['webhooks'],
  queryFn: ({ signal }) => call<WebhooksListData, WebhookList>('GET', '/webhooks', { signal }),
  refetchInterval: 15_000,
});

export const deliveriesQuery = (id: string) =>
  infiniteQueryOptions({
    ...byCursor,
    queryKey: ['webhooks', 'deliveries', id],
    queryFn: ({ pageParam, signal }) =>
      call<WebhooksListDeliveriesData, DeliveryPage>('GET', '/webhooks/{id}/deliveries', {
        path: { id },
        query: { limit: 50, cursor: pageParam },
        signal,
      }),
  });

const at = (id: string) => ({ path: { id } });

export const createWebhook = (body: CreateWebhookBody): Promise<WebhookWithSecretView> =>
  call<WebhooksCreateData, WebhookWithSecretView>('POST', '/webhooks', { body });
export const pauseWebhook = (id: string): Promise<unknown> => call<WebhooksPauseData, unknown>('POST', '/webhooks/{id}/pause', at(id));
export const resumeWebhook = (id: string): Promise<unknown> => call<WebhooksResumeData, unknown>('POST', '/webhooks/{id}/resume', at(id));
export const testWebhook = (id: string): Promise<unknown> => call<WebhooksTestData, unknown>('POST', '/webhooks/{id}/test', at(id));

export const rotateWebhook = (id: string): Promise<WebhookWithSecretView> =>
  call<WebhooksRotateData, WebhookWithSecretView>('POST', '/webhooks/{id}/rotate', { ...at(id), body: {} });

export const deleteWebhook = ({ id, version }: WebhookView): Promise<unknown> =>
  call<WebhooksDeleteData, unknown>('DELETE', '/webhooks/{id}', { ...at(id), headers: ifMatch(version) });

export const redeliver = (id: string, eventId: string): Promise<unknown> =>
  call<WebhooksRedeliverData, unknown>('POST', '/webhooks/{id}/deliveries/{eventId}/redeliver', { path: { id, eventId } });

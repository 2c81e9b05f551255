import { afterAll, beforeAll, beforeEach, expect } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { inTransaction, Pools } from '../../src/platform/database/pools.ts';
import { EventWriter } from '../../src/results/events/event-writer.ts';
import { json, type ReceivedRequest, startStubService } from '../declared/stub-service.ts';
import { startApplication, type TestApplication } from '../support/application.ts';
import { waitFor } from '../support/wait-for.ts';

export interface View {
  id: string;
  name: string;
  status: string;
  managedBy: string;
  pausedReason: string | null;
  pausedBy: { name: string } | null;
  version: number;
  secrets: { id: string; masked: string; expiresAt: string | null }[];
  secret?: string;
}
export interface DeliveryView {
  id: string;
  type: string;
  status: string;
  attempts: number;
  lastStatus: number | null;
}

export const SETTINGS_SECRET = 'a text that is no secret of Standard Webhooks';

export const typesOf = (requests: readonly ReceivedRequest[]) => requests.map(({ body }) => (JSON.parse(body) as { type: string }).type);

export function verifies(secret: string | Webhook, { body, headers }: ReceivedRequest): boolean {
  try {
    (typeof secret === 'string' ? new Webhook(secret) : secret).verify(body, headers as Record<string, string>);
    return true;
  } catch {
    return false;
  }
}

/** For one test file: a server that sends webhooks, and a receiver. Both are set before the first test. */
export function useWebhooks() {
  const here = {} as { sink: Awaited<ReturnType<typeof startStubService>>; server: TestApplication };
  let made = 0;

  beforeAll(async () => {
    here.sink = await startStubService();
    here.server = await startApplication({
      quickLoops: ['event-dispatcher'],
      settings: {
        EGRESS_ALLOW_PRIVATE: here.sink.host,
        WEBHOOK_ENABLED: 'true',
        WEBHOOK_URL: `${here.sink.url}/settings`,
        WEBHOOK_TIMEOUT: '7',
        WEBHOOK_SECRET_KEY: SETTINGS_SECRET,
      },
    });
  });
  beforeEach(() => here.sink.answer(json({})));
  afterAll(async () => {
    await here.server.close();
    await here.sink.close();
  });

  async function create(more: object = {}): Promise<View & { secret: string; path: string }> {
    const name = `hook-${(made += 1)}`;
    const request = { name, url: `${here.sink.url}/${name}`, ...more };
    const answer = await here.server.http<View & { secret: string }>('POST', '/webhooks', request);
    if (answer.status !== 201) throw new Error(answer.text);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    return { ...answer.body, path: `/${name}` };
  }

  function write(type: string, payload: object = {}): Promise<void> {
    const { app } = here.server;
    const event = { aggregateType: 'content', aggregateId: randomUUID(), type, payload };
    return inTransaction(app.get(Pools).api, (tx) => app.get(EventWriter).write(tx, event));
  }

  /** The requests to this path, once there are so many. */
  const received = (path: string, count = 1): Promise<ReceivedRequest[]> =>
    waitFor(
      () => {
        const found = here.sink.received.filter(({ url }) => url === path);
        return Promise.resolve(found.length >= count && found);
      },
      { what: `${count} requests to ${path}` },
    );
  const deliveriesOf = async ({ id }: View, query = '') =>
    (await here.server.http<{ items: DeliveryView[]; nextCursor: string | null }>('GET', `/webhooks/${id}/deliveries${query}`)).body;
  const ended = (webhook: View, status = 'delivered') =>
    waitFor(async () => (await deliveriesOf(webhook)).items.find((one) => one.status === status), { what: `a delivery to be ${status}` });
  return { here, create, write, received, deliveriesOf, ended };
}

import { describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { signWebhook, webhookKey } from '../../src/platform/egress/standard-webhook.ts';
import { Pools } from '../../src/platform/database/pools.ts';
import { DeliveryService } from '../../src/results/webhooks/delivery.service.ts';
import { WebhookService } from '../../src/results/webhooks/webhook.service.ts';
import { HealthReportService } from '../../src/monitoring/report/health-report.service.ts';
import { json, type ReceivedRequest } from '../declared/stub-service.ts';
import { startApplication } from '../support/application.ts';
import { runBehindLock, untilLockWaits } from '../support/lock-holder.ts';
import { waitFor } from '../support/wait-for.ts';
import { SETTINGS_SECRET, typesOf, verifies, type DeliveryView, type View, useWebhooks } from './webhook-server.ts';

const { here, create, write, received, deliveriesOf, ended } = useWebhooks();

describe('a webhook', () => {
  it('gets the events of its types and accounts, and a secret that no later answer shows', async () => {
    const [mine, other] = [randomUUID(), randomUUID()];
    const hook = await create({ types: ['content.*', 'budget.warned'], accountIds: [mine] });
    expect(hook.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    await write('content.approved', { accountId: other });
    await write('content.approved', {});
    await write('contents.approved', { accountId: mine });
    await write('budget.changed', { accountId: mine });
    await write('content.created', { accountId: mine });
    await write('budget.warned', { accountId: mine });
    const requests = await received(hook.path, 2);
    expect(typesOf(requests).toSorted()).toEqual(['contenthub.budget.warned.v1', 'contenthub.content.created.v1']);
    await waitFor(async () => (await deliveriesOf(hook, '?status=delivered')).items.length === 2, { what: 'both deliveries' });
    const log = await deliveriesOf(hook);
    const [newest] = log.items;
    const shown = [
      await here.server.http('GET', '/webhooks'),
      await here.server.http('GET', `/webhooks/${hook.id}`),
      await here.server.http('PATCH', `/webhooks/${hook.id}`, { description: 'x' }, { 'if-match': '"v1"' }),
      await here.server.http('GET', `/webhooks/${hook.id}/deliveries/${newest?.id}`),
      await here.server.http('GET', '/audit'),
    ];
    expect(shown.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(shown.filter(({ text }) => text.includes(hook.secret.slice(6, -7)))).toEqual([]);
    expect(hook.secrets).toMatchObject([{ masked: `whsec_…${hook.secret.slice(-6)}`, expiresAt: null }]);
  });

  it('is signed so that the reference library accepts it now, and a recorded one not later', async () => {
    const hook = await create();
    await write('content.created');
    const [request] = await received(hook.path);
    expect(verifies(hook.secret, request as ReceivedRequest)).toBe(true);
    expect(verifies(hook.secret, { ...(request as ReceivedRequest), body: `${request?.body} ` })).toBe(false);
    const id = String(request?.headers['webhook-id']);
    const key = webhookKey(hook.secret) as Buffer;
    const at = (ms: number) => ({ ...(request as ReceivedRequest), headers: signWebhook(id, request?.body ?? '', key, Date.now() + ms) });
    expect([at(0), at(-290_000), at(-301_000), at(310_000)].map((one) => verifies(hook.secret, one))).toEqual([true, true, false, false]);
    const moved = { ...at(-3_600_000).headers, 'webhook-timestamp': String(Math.floor(Date.now() / 1_000)) };
    expect(verifies(hook.secret, { ...(request as ReceivedRequest), headers: moved })).toBe(false);
  });

  it('is signed with both secrets after a rotation, until the old one is removed or expires', async () => {
    const hook = await create({ types: ['content.created'] });
    const rotate = (body = {}) => here.server.http<View & { secret: string }>('POST', `/webhooks/${hook.id}/rotate`, body);
    const rotated = await rotate();
    expect([rotated.status, rotated.headers.get('cache-control'), rotated.body.secrets.length]).toEqual([200, 'no-store', 2]);
    expect((await rotate()).body).toMatchObject({ code: 'two_secrets' });
    await write('content.created');
    const [both] = (await received(hook.path)) as [ReceivedRequest];
    expect([verifies(hook.secret, both), verifies(rotated.body.secret, both)]).toEqual([true, true]);

    const [young, old] = rotated.body.secrets as [View['secrets'][0], View['secrets'][0]];
    const remove = async (id: string) => (await here.server.http('DELETE', `/webhooks/${hook.id}/secrets/${id}`)).status;
    expect([await remove(randomUUID()), await remove(old.id), await remove(young.id)]).toEqual([404, 204, 409]);
    await write('content.created');
    const [, one] = (await received(hook.path, 2)) as [ReceivedRequest, ReceivedRequest];
    expect([verifies(hook.secret, one), verifies(rotated.body.secret, one)]).toEqual([false, true]);

    const third = (await rotate({ expiresIn: 60 })).body;
    expect(third.secrets.map(({ expiresAt }) => expiresAt === null)).toEqual([true, false]);
    expect(await remove(third.secrets[0]?.id ?? '')).toBe(409); // the other one stops by itself
    await here.server.sql(`UPDATE webhook_secrets SET expires_at = app_clock() WHERE endpoint_id = $1 AND expires_at IS NOT NULL`, [
      hook.id,
    ]);
    await write('content.created');
    const [, , last] = (await received(hook.path, 3)) as [unknown, unknown, ReceivedRequest];
    expect([verifies(rotated.body.secret, last), verifies(third.secret, last)]).toEqual([false, true]);
    expect((await rotate()).status).toBe(200);
  });

  it('rotations at once leave two secrets', async () => {
    const hook = await create();
    const lock = { text: 'SELECT FROM event_endpoints WHERE id = $1 FOR NO KEY UPDATE', values: [hook.id] };
    const { answer } = await runBehindLock(
      here.server.app.get(Pools).address.url,
      lock,
      () => Promise.all([1, 2, 3].map(() => here.server.http('POST', `/webhooks/${hook.id}/rotate`, {}))),
      () => untilLockWaits((text) => here.server.sql(text), 3),
    );
    expect(answer.map(({ status }) => String(status)).toSorted()).toEqual(['200', '409', '409']);
  });

  it.each([
    ['http://169.254.169.254/latest', 'webhook_url'],
    ['http://2130706433/', 'webhook_url'],
    ['http://[::ffff:127.0.0.1]/', 'webhook_url'],
    ['https://example.org:6379/', 'webhook_url'],
    ['ftp://example.org/', 'webhook_url'],
    ['nonsense', 'webhook_url'],
    ['https://user:secret@example.org/', 'invalid_body'],
  ])('is refused for the address %s', async (url, code) => {
    const { status, body } = await here.server.http('POST', '/webhooks', { name: 'bad', url });
    expect([status, body]).toMatchObject([422, { code, errors: [{ pointer: '/url' }] }]);
  });

  it.each([[['content.']], [['Content.created']], [['*.created']], [[]], [['content.*', 'content.*']]])(
    'is refused for the types %j',
    async (types) => {
      const { status, text } = await here.server.http('POST', '/webhooks', { name: 'bad', url: 'https://example.org/', types });
      expect([status, text.includes('"/types')]).toEqual([422, true]);
    },
  );

  it('is changed by the version that was read, keeps its name unique, and is deleted with its log', async () => {
    const [hook, other] = [await create(), await create()];
    const patch = (body: object, version: string | undefined) =>
      here.server.http<View>('PATCH', `/webhooks/${hook.id}`, body, { 'if-match': version });
    expect((await patch({ types: ['content.*'] }, undefined)).status).toBe(428);
    expect((await patch({ types: ['content.*'] }, '"v1"')).body).toMatchObject({ types: ['content.*'], version: 2 });
    expect((await patch({ types: null }, '"v1"')).status).toBe(412);
    expect((await patch({ types: null }, '"v2"')).body).toMatchObject({ types: null, version: 3 });
    expect((await patch({ name: other.name }, '"v3"')).body).toMatchObject({ code: 'webhook_name_taken' });
    expect((await patch({ url: 'http://127.0.0.1:1/' }, '"v3"')).body).toMatchObject({ code: 'webhook_url' });
    await write('content.created');
    await ended(hook);
    expect((await here.server.http('DELETE', `/webhooks/${hook.id}`)).status).toBe(204);
    expect((await here.server.http('GET', `/webhooks/${hook.id}`)).body).toMatchObject({ code: 'webhook_not_found' });
    for (const table of ['deliveries', 'delivery_attempts', 'webhook_secrets'])
      expect(await here.server.sql(`SELECT FROM ${table} WHERE endpoint_id = $1`, [hook.id])).toEqual([]);
    expect(await here.server.sql('SELECT FROM limits WHERE key = $1', [`endpoint:${hook.id}`])).toEqual([]);
  });

  it('can be paused and resumed; its health is shown', async () => {
    const hook = await create();
    const paused = (await here.server.http<View>('POST', `/webhooks/${hook.id}/pause`)).body;
    expect(paused).toMatchObject({ status: 'paused', pausedReason: 'operator', pausedBy: { name: "the admin's key" } });
    expect((await here.server.http('POST', `/webhooks/${hook.id}/test`)).body).toMatchObject({ code: 'webhook_paused' });
    await write('content.created');
    const health = here.server.app.get(HealthReportService);
    await here.server.sql('DELETE FROM metric_readings');
    await health.refresh();
    expect(health.report().checks.find(({ name }) => name === 'webhooks.paused')).toMatchObject({
      status: 'degraded',
      detail: `paused: ${hook.name}`,
    });
    expect((await deliveriesOf(hook)).items).toMatchObject([{ status: 'pending', attempts: 0 }]);
    expect((await here.server.http('POST', `/webhooks/${hook.id}/resume`)).body).toMatchObject({ status: 'active', pausedBy: null });
    await received(hook.path);
    await here.server.http('DELETE', `/webhooks/${hook.id}`);
  });

  it('is tested by an event of its own, which goes to it alone', async () => {
    const [hook, other] = [await create({ types: ['content.created'] }), await create()];
    const { status, body } = await here.server.http<DeliveryView>('POST', `/webhooks/${hook.id}/test`);
    expect([status, body]).toMatchObject([202, { type: 'webhook.tested', status: 'pending', attempts: 0 }]);
    const [request] = await received(hook.path);
    expect(JSON.parse(request?.body ?? '')).toMatchObject({ id: body.id, type: 'contenthub.webhook.tested.v1', data: { name: hook.name } });
    expect((await deliveriesOf(other)).items).toEqual([]);
  });
});

describe('deliveries', () => {
  it('are listed in pages and filtered, with each attempt', async () => {
    const hook = await create();
    for (const type of ['content.created', 'content.approved', 'content.created']) await write(type);
    await waitFor(async () => (await deliveriesOf(hook, '?status=delivered')).items.length === 3, { what: 'all deliveries' });
    expect((await deliveriesOf(hook, '?type=content.approved')).items).toHaveLength(1);
    expect((await deliveriesOf(hook, '?status=failed')).items).toEqual([]);
    const first = await deliveriesOf(hook, '?limit=2');
    const second = await deliveriesOf(hook, `?limit=2&cursor=${first.nextCursor}`);
    const ids = [...first.items, ...second.items].map(({ id }) => id);
    expect([ids.length, new Set(ids).size, ids, second.nextCursor]).toEqual([3, 3, ids.toSorted().toReversed(), null]);
    const other = await create();
    expect((await here.server.http('GET', `/webhooks/${other.id}/deliveries?cursor=${first.nextCursor}`)).body).toMatchObject({
      code: 'invalid_cursor',
    });
    const { body } = await here.server.http('GET', `/webhooks/${hook.id}/deliveries/${ids[0]}`);
    expect(body).toMatchObject({
      status: 'delivered',
      lastStatus: 200,
      lastError: null,
      event: { specversion: '1.0', id: ids[0], source: 'urn:contenthub' },
      log: [{ status: 200, errorCode: null, excerpt: '{}', durationMs: expect.any(Number) }],
    });
    expect((await here.server.http('GET', `/webhooks/${other.id}/deliveries/${ids[0]}`)).body).toMatchObject({
      code: 'delivery_not_found',
    });
  });

  it('are sent again with the same webhook-id, once for parallel requests, and not while they are open', async () => {
    const hook = await create();
    await write('content.created');
    const { id } = await ended(hook);
    const path = `/webhooks/${hook.id}/deliveries/${id}/redeliver`;
    const [webhook, service] = [await here.server.app.get(WebhookService).get(hook.id), here.server.app.get(DeliveryService)];
    const read = await service.get(webhook, id);
    here.sink.answer((response) => void response.writeHead(500).end());
    const answers = await Promise.all([1, 2, 3, 4].map(() => here.server.http('POST', path)));
    expect(answers.map(({ status }) => String(status)).toSorted()).toEqual(['202', '409', '409', '409']);
    const [request] = await received(hook.path);
    expect(request?.headers['webhook-id']).toBe(id);
    await expect(service.redeliver(webhook, read)).rejects.toMatchObject({ code: 'delivery_open' });
    await waitFor(async () => (await deliveriesOf(hook)).items[0]?.attempts === 2, { what: 'the second attempt' });
    expect((await here.server.http('POST', path)).body).toMatchObject({ code: 'delivery_open' });
    here.sink.answer(json({}));
    await here.server.sql(`UPDATE tasks SET run_at = app_clock() WHERE name = 'deliver-event' AND status = 'pending'`);
    await waitFor(async () => (await deliveriesOf(hook)).items[0]?.lastStatus === 200, { what: 'the third attempt' });
    expect((await ended(hook)).attempts).toBe(3);
  });
});

describe('the webhook of the settings', () => {
  it('gets all events, is signed with WEBHOOK_SECRET_KEY, and cannot be changed here', async () => {
    const { items } = (await here.server.http<{ items: View[] }>('GET', '/webhooks')).body;
    const own = items.filter(({ managedBy }) => managedBy === 'settings');
    expect(own).toMatchObject([
      { name: 'WEBHOOK_URL', url: `${here.sink.url}/settings`, timeoutMs: 7_000, types: null, secrets: [], status: 'active' },
    ]);
    const id = own[0]?.id ?? '';
    await write('content.created');
    const [request] = (await received('/settings')) as [ReceivedRequest];
    expect(verifies(new Webhook(Buffer.from(SETTINGS_SECRET), { format: 'raw' }), request)).toBe(true);
    const refused = [
      await here.server.http('PATCH', `/webhooks/${id}`, { name: 'mine' }, { 'if-match': '*' }),
      await here.server.http('DELETE', `/webhooks/${id}`),
      await here.server.http('POST', `/webhooks/${id}/rotate`, {}),
    ];
    expect(refused.map(({ status, body }) => [status, body['code']])).toEqual(Array(3).fill([409, 'webhook_of_settings']));
    expect((await here.server.http('GET', '/webhooks')).text).not.toContain(SETTINGS_SECRET);
  });

  it('is disabled when a server starts without it, and enabled again', async () => {
    const [{ url } = { url: '' }] = await here.server.sql<{ url: string }>(`SELECT current_database() AS url`);
    const databaseUrl = Object.assign(new URL(here.server.app.get(Pools).address.url), { pathname: `/${url}` }).href;
    const state = async () => (await here.server.sql(`SELECT enabled, version, url FROM event_endpoints WHERE managed_by = 'settings'`))[0];
    const other = await startApplication({ databaseUrl, settings: { WEBHOOK_ENABLED: 'false' } });
    expect(await state()).toMatchObject({ enabled: false, version: 2 });
    await other.close();
    const third = await startApplication({
      databaseUrl,
      settings: { WEBHOOK_ENABLED: 'true', WEBHOOK_URL: 'https://example.org/', WEBHOOK_SECRET_KEY: 'secret' },
    });
    expect(await state()).toMatchObject({ enabled: true, version: 3, url: 'https://example.org/' });
    await third.close();
  });
});

it('needs webhooks:read and webhooks:manage, which no limited key has', async () => {
  const hook = await create();
  const operator = await here.server.keyOf('operator');
  const editor = await here.server.keyOf('editor');
  const limited = await here.server.keyOf('admin', { accountIds: [randomUUID()] });
  const statusFor = async (key: string, method = 'GET', path = '/webhooks') =>
    (await here.server.http(method, path, undefined, { authorization: `Bearer ${key}` })).status;
  expect([await statusFor(operator), await statusFor(editor), await statusFor(limited)]).toEqual([200, 403, 403]);
  expect(await statusFor(editor, 'POST', `/webhooks/${hook.id}/test`)).toBe(403);
  expect(await statusFor(operator, 'POST', `/webhooks/${hook.id}/pause`)).toBe(200);
  // The status follows the answer.
  const row = await waitFor(
    async () => {
      const { items } = (await here.server.http<{ items: { status: number | null }[] }>('GET', '/audit?operation=webhooks:manage')).body;
      return items[0]?.status !== null && items[0];
    },
    { what: 'the audit with its status' },
  );
  expect(row).toMatchObject({ method: 'POST', path: `/webhooks/${hook.id}/pause`, status: 200, actor: { name: "the operator's key" } });
});

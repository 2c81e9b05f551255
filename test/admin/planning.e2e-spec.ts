import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Page } from 'playwright';
import { ensureAdminBuilt } from '../../scripts/build-admin.mjs';
import { ContentClient, SOURCES } from '../api/content-client.ts';
import { startApplication, type TestApplication } from '../support/application.ts';
import { waitFor } from '../support/wait-for.ts';
import { describeChromium, type Look, TestBrowser, violationsOf } from './browser.ts';

const EN: Look = { scheme: 'light', language: 'en', width: 1440 };
const SHOTS = process.env.ADMIN_SHOTS;
const MONDAY = '2035-01-01';
const TUESDAY = '2035-01-02';

interface Entry {
  id: string;
  status: string;
  scheduledLocal: string;
  externalUrl: string | null;
}

describeChromium('planning of publications in a browser', () => {
  let server: TestApplication;
  let browser: TestBrowser;
  let accountId: string;
  let entry: Entry;

  const read = async (): Promise<Entry> => (await server.http<Entry>('GET', `/pool/${entry.id}`)).body;
  const isAt = (at: string) => waitFor(async () => (await read()).scheduledLocal === at, { what: `the entry to be at ${at}` });
  const shot = async (page: Page, name: string): Promise<void> => {
    if (SHOTS !== undefined) await page.screenshot({ path: `${SHOTS}/planning-${name}.png` });
  };

  beforeAll(async () => {
    await ensureAdminBuilt();
    server = await startApplication();
    const client = new ContentClient(server.http);
    const slots = [1, 2, 3, 4, 5].map((weekday) => ({ weekday, time: '09:00' }));
    const publishing = { slots, blackoutDays: [TUESDAY] };
    ({ id: accountId } = await client.createAccount({ name: 'energy', sources: SOURCES, timeZone: 'Europe/Berlin', publishing }));
    const channel = { name: 'site', kind: 'file', config: { mode: 'publish', folder: 'site' } };
    await server.http('POST', `/accounts/${accountId}/channels`, channel);
    const { id } = await client.generate({ accountId, topic: 'Grid storage', autoApprove: true });
    const body = { at: `${MONDAY}T09:00` };
    entry = (await server.http<{ items: Entry[] }>('POST', `/contents/${id}/publish`, body)).body.items[0] as Entry;
    await server.sql('DELETE FROM content_fingerprints'); // texts of the same sources are near-duplicates
    browser = await TestBrowser.launch(server.url, server.key);
  });
  afterAll(async () => {
    await browser?.close();
    await server.close();
  });

  it('reads what the calendar shows first while the pointer is on its link, once while it is fresh', async () => {
    const { page, errors } = await browser.open(EN);
    const reads: string[] = [];
    page.on('request', (request) => reads.push(new URL(request.url()).pathname));
    const readsOf = (path: string): number => reads.filter((read) => read === path).length;
    await page.goto('/admin/settings');
    await page.getByRole('heading', { level: 1 }).waitFor();
    for (const name of ['Calendar', 'Topics', 'Calendar']) {
      await page.getByRole('link', { name }).hover();
      // The approved contents without a time are read last.
      await waitFor(async () => readsOf('/contents') === 1 && readsOf('/pool') === 2, { what: 'the reads of the calendar' });
    }
    await page.getByRole('link', { name: 'Calendar' }).click();
    await page.getByRole('grid').waitFor();
    await page.waitForTimeout(300);
    expect([readsOf('/accounts'), readsOf('/contents'), readsOf('/pool')]).toEqual([1, 1, 2]);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it('reads nothing for a reader who may not see it, and says what is missing', async () => {
    const { page, errors } = await browser.open(EN);
    const reads: string[] = [];
    page.on('request', (request) => reads.push(new URL(request.url()).pathname));
    await page.route('**/session', async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ json: { ...((await answer.json()) as object), permissions: ['tasks:read'] } });
    });
    await page.goto('/admin/settings');
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.getByRole('link', { name: 'Calendar' }).hover();
    await page.getByRole('link', { name: 'Calendar' }).click();
    await page.getByText('You may not see this page.').waitFor();
    expect(reads.filter((path) => ['/accounts', '/contents', '/pool'].includes(path))).toEqual([]);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it('shifts entries together, names conflicts before, and takes it back', async () => {
    const { page, errors } = await browser.open(EN);
    await page.goto(`/admin/calendar?from=${MONDAY}&view=week`);
    await page.locator(`[data-item="${entry.id}"]`).waitFor();
    await shot(page, 'week');
    await page.getByRole('button', { name: 'Shift…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('The account publishes nothing on this day.').waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await shot(page, 'shift');
    await dialog.getByRole('textbox', { name: 'By' }).fill('2');
    await dialog.getByText('The account publishes nothing on this day.').waitFor({ state: 'detached' });
    await dialog.getByRole('button', { name: 'Shift 1 entry' }).click();
    await isAt('2035-01-03T09:00');
    await dialog.waitFor({ state: 'detached' });
    await page.keyboard.press('z');
    await isAt(`${MONDAY}T09:00`);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it('writes for a free slot, and puts the approved content into it', async () => {
    const { page, errors } = await browser.open(EN);
    await page.goto(`/admin/calendar?from=${MONDAY}&view=week`);
    await page.locator('td[data-day="2035-01-04"] a[data-item]').click();
    const drawer = page.getByRole('dialog');
    await drawer.getByText(/^For the free slot Thu,? 4 Jan 2035, 09:00 \(Europe\/Berlin\)\.$/).waitFor();
    await drawer.getByLabel('Topic').fill('Batteries in homes');
    await drawer.getByLabel('Approve it when every check passes').check();
    await shot(page, 'slot');
    await drawer.getByRole('button', { name: 'Generate', exact: true }).click();
    await drawer.getByRole('button', { name: /^Publish it Thu,? 4 Jan 2035, 09:00$/ }).click({ timeout: 20_000 });
    const times = async () => (await server.http<{ items: Entry[] }>('GET', '/pool')).body.items.map((one) => one.scheduledLocal);
    await waitFor(async () => (await times()).includes('2035-01-04T09:00'), { what: 'the entry in the slot' });
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it('shows in the pool and among the schedules what others do, without reading the lists again by time', async () => {
    const { page, errors } = await browser.open(EN);
    await page.goto('/admin/pool');
    const departures = page.getByRole('table').first();
    await departures.getByText(MONDAY.slice(0, 4)).first().waitFor();
    await page.locator('[data-word="live"]').waitFor();
    const { id } = await new ContentClient(server.http).generate({ accountId, topic: 'Heat pumps in winter', autoApprove: true });
    const { title } = (await server.http<{ title: string }>('GET', `/contents/${id}`)).body;
    const rows = await departures.getByRole('row').count();
    const [added] = (await server.http<{ items: Entry[] }>('POST', `/contents/${id}/publish`, { at: '2035-01-05T09:00' })).body.items;
    await waitFor(async () => (await departures.getByRole('row').count()) === rows + 1, { what: `the entry of “${title}” in the list` });
    await server.http('POST', `/pool/${added?.id}/pull`, {}, { 'if-match': '*' });
    await waitFor(async () => (await departures.getByRole('row').count()) === rows, { what: 'the pulled entry to leave the list' });
    await page.goto('/admin/schedules');
    await page.locator('[data-word="live"]').waitFor();
    const body = {
      name: 'tidy',
      taskName: 'task-cleanup',
      params: { olderThan: 'P3650D' },
      trigger: { type: 'once', at: `${MONDAY}T00:00:00Z` },
    };
    await server.http('POST', '/schedules', body);
    await page.getByText('tidy', { exact: true }).waitFor();
    await server.sql('DELETE FROM content_fingerprints');
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it('settles an unknown outcome with a reason', async () => {
    for (const [transition, status] of [
      ['begin', 'publishing'],
      ['lose', 'outcome_unknown'],
    ]) {
      const set = 'status = $2, transition = $3, revision = revision + 1';
      await server.sql(`UPDATE pool_entries SET ${set} WHERE id = $1`, [entry.id, status, transition]);
    }
    await server.sql(
      `INSERT INTO publish_intents (id, entry_id, content_id, channel_id, content_version, package, package_hash, sent_at)
       SELECT id, id, content_id, channel_id, 1, '{}', 'x', now() FROM pool_entries WHERE id = $1`,
      [entry.id],
    );
    const { page, errors } = await browser.open(EN);
    await page.goto(`/admin/pool?sel=${entry.id}`);
    await page.getByRole('button', { name: 'Settle…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('It is published').check();
    await dialog.getByLabel('Address of the post').fill('https://example.com/post');
    await dialog.getByLabel('How you know').fill('It is on the site.');
    expect(await violationsOf(page)).toEqual([]);
    await shot(page, 'settle');
    await dialog.getByRole('button', { name: 'Settle' }).click();
    await waitFor(async () => (await read()).status === 'published', { what: 'the entry to be published' });
    expect((await read()).externalUrl).toBe('https://example.com/post');
    const { body } = await server.http<{ items: { note: string | null }[] }>('GET', `/pool/${entry.id}/history`);
    expect(body.items.map(({ note }) => note)).toContain('It is on the site.');
    expect(errors).toEqual([]);
    await page.context().close();
  });
});

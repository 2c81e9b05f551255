import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Page } from 'playwright';
import { ensureAdminBuilt } from '../../scripts/build-admin.mjs';
import { ContentClient, SOURCES } from '../api/content-client.ts';
import { startApplication, type TestApplication } from '../support/application.ts';
import { waitFor } from '../support/wait-for.ts';
import { describeChromium, type Look, overflowOf, TestBrowser, violationsOf } from './browser.ts';

const EN: Look = { scheme: 'light', language: 'en', width: 1440 };
const PHONE_ZH: Look = { scheme: 'dark', language: 'zh', width: 390 };
const SHOTS = process.env.ADMIN_SHOTS;

interface Entry {
  id: string;
  status: string;
  scheduledLocal: string;
}

/** The Monday of a week in the future, so that nothing is published while the tests run. */
const MONDAY = '2035-01-01';
const WEDNESDAY = '2035-01-03';

describeChromium('the pages of editors in a browser', () => {
  let server: TestApplication;
  let browser: TestBrowser;
  let accountId: string;
  let entry: Entry;
  let waiting: { id: string; title: string };

  const read = async (): Promise<Entry> => (await server.http<Entry>('GET', `/pool/${entry.id}`)).body;
  const isAt = (at: string): Promise<unknown> =>
    waitFor(async () => (await read()).scheduledLocal === at, { what: `the entry to be at ${at}` });
  const opened = async (path: string, look = EN) => {
    const { page, errors } = await browser.open(look);
    await page.goto(path);
    return { page, errors };
  };
  /** What axe finds, what is too wide, and errors of the console. */
  const faultsOf = async (page: Page, errors: string[], name: string): Promise<string[]> => {
    if (SHOTS !== undefined) await page.screenshot({ path: `${SHOTS}/editor-${name}.png` });
    const overflow = await overflowOf(page);
    return [...(await violationsOf(page)), ...errors.splice(0), ...(overflow > 0 ? [`${overflow} px too wide`] : [])].map(
      (fault) => `${name}: ${fault}`,
    );
  };

  beforeAll(async () => {
    await ensureAdminBuilt();
    server = await startApplication();
    const client = new ContentClient(server.http);
    const slots = [1, 2, 3, 4, 5].map((weekday) => ({ weekday, time: '09:00' }));
    ({ id: accountId } = await client.createAccount({
      name: 'energy',
      sources: SOURCES,
      timeZone: 'Europe/Berlin',
      publishing: { slots },
    }));
    await server.http('POST', `/accounts/${accountId}/channels`, {
      name: 'site',
      kind: 'file',
      config: { mode: 'publish', folder: 'site' },
    });
    const written = await client.generate({ accountId, topic: 'Grid storage', autoApprove: true });
    const body = { at: `${MONDAY}T09:00` };
    entry = (await server.http<{ items: Entry[] }>('POST', `/contents/${written.id}/publish`, body)).body.items[0] as Entry;
    await server.sql('DELETE FROM content_fingerprints'); // texts of the same sources are near-duplicates
    waiting = await client.generate({ accountId, topic: 'Wind power', autoApprove: true });
    await server.http('POST', '/topics/import', { accountId, lines: ['Heat pumps', 'Solar roofs'] });
    browser = await TestBrowser.launch(server.url, server.key);
  });
  afterAll(async () => {
    await browser?.close();
    await server.close();
  });

  it.each([
    { look: EN, name: 'en' },
    { look: PHONE_ZH, name: 'zh-390' },
  ])('every page with data has no barrier and no error ($name)', async ({ look, name }) => {
    const pages = {
      week: [`/admin/calendar?from=${MONDAY}&view=week`, `[data-item="${entry.id}"]`],
      month: [`/admin/calendar?from=${MONDAY}&view=month`, `[data-item="${entry.id}"]`],
      agenda: [`/admin/calendar?from=${MONDAY}&view=agenda`, `[data-item="${entry.id}"]`],
      ...(look.width === 1440 && { entry: [`/admin/calendar?from=${MONDAY}&sel=${entry.id}`, 'aside dl'] }),
      topics: ['/admin/topics', 'tr[data-id]'],
      pool: ['/admin/pool', 'tr[data-id]'],
      waiting: ['/admin/pool?tab=waiting', 'tr[data-id]'],
      accounts: ['/admin/accounts', 'tr[data-id]'],
      account: [`/admin/accounts/${accountId}`, 'main dl'],
    };
    const { page, errors } = await opened('/admin/accounts', look);
    const found: unknown[] = [];
    for (const [key, [path = '', settled = '']] of Object.entries(pages)) {
      await page.goto(path);
      await page.locator(settled).first().waitFor();
      found.push(...(await faultsOf(page, errors, `${name}-${key}`)));
    }
    expect(found).toEqual([]);
    await page.context().close();
  });

  it('shows free slots that open the form for a content, with the account and the time', async () => {
    const { page } = await opened(`/admin/calendar?from=${MONDAY}`);
    const gap = page.locator(`td[data-day="${WEDNESDAY}"] a[data-item]`);
    await gap.waitFor();
    const address = new URL((await gap.getAttribute('href')) ?? '', server.url).searchParams;
    expect([address.get('generate'), address.get('account'), address.get('at')]).toEqual(['1', accountId, `${WEDNESDAY}T09:00`]);
    expect(await page.locator(`td[data-day="${MONDAY}"] a[data-item]`).count()).toBe(0);
    await page.context().close();
  });

  it('moves a card by mouse, keeps its time of day, and takes it back with z', async () => {
    const { page, errors } = await opened(`/admin/calendar?from=${MONDAY}`);
    await page.locator(`[data-item="${entry.id}"]`).dragTo(page.locator(`td[data-day="${WEDNESDAY}"]`));
    await isAt(`${WEDNESDAY}T09:00`);
    await page.locator(`td[data-day="${WEDNESDAY}"] [data-item="${entry.id}"]`).waitFor();
    await page.keyboard.press('z');
    await isAt(`${MONDAY}T09:00`);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it('moves a card by keys and by the dialog', async () => {
    const { page } = await opened(`/admin/calendar?from=${MONDAY}`);
    const card = page.locator(`[data-item="${entry.id}"]`);
    await card.focus();
    await page.keyboard.press('Space');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await page.getByRole('status').getByText('Wednesday').waitFor();
    await page.keyboard.press('Escape');
    expect((await read()).scheduledLocal).toBe(`${MONDAY}T09:00`);
    await card.focus();
    await page.keyboard.press('Space');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await isAt('2035-01-02T09:00');
    await page.locator('td[data-day="2035-01-02"] [data-item]').first().waitFor();
    await card.focus();
    await page.keyboard.press('m');
    await page.getByRole('dialog').getByLabel('Day').fill(MONDAY);
    await page.getByRole('dialog').getByRole('button', { name: 'Move' }).click();
    await isAt(`${MONDAY}T09:00`);
    await page.context().close();
  });

  it('adds topics line by line, and says which are there already', async () => {
    const { page } = await opened(`/admin/topics?accountId=${accountId}`);
    await page.getByRole('button', { name: 'Add topics' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('One topic per line').fill('Tidal power\nHeat pumps');
    await dialog.getByRole('button', { name: 'Add 2 topics' }).click();
    await dialog.getByText('1 added, 1 not added').waitFor();
    await dialog.getByText('already in the backlog').waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.context().close();
  });

  it('previews the next free slots of chosen contents, and schedules them', async () => {
    const { page } = await opened('/admin/pool?tab=waiting');
    await page.getByRole('checkbox', { name: `Select the row: ${waiting.title}` }).check();
    await page.getByRole('button', { name: 'Schedule 1 into the next free slots…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(/09:00$/).waitFor();
    await dialog.getByRole('button', { name: 'Schedule', exact: true }).click();
    const entries = async () => (await server.http<{ items: Entry[] }>('GET', `/pool?contentId=${waiting.id}`)).body.items;
    await waitFor(async () => (await entries()).length > 0, { what: 'the entry' });
    expect(await entries()).toMatchObject([{ status: 'pending', scheduledLocal: expect.stringMatching(/T09:00$/) }]);
    await page.context().close();
  });

  it('edits an account: its slots, not what the form does not have', async () => {
    const { page } = await opened(`/admin/accounts/${accountId}`);
    await page.getByRole('button', { name: 'Edit' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.locator('input[name=slots6]').fill('10:30 20:00');
    const saved = page.waitForResponse((response) => response.request().method() === 'PATCH');
    await dialog.getByRole('button', { name: 'Save' }).click();
    expect((await saved).status()).toBe(200);
    await dialog.waitFor({ state: 'hidden' });
    const { body } = await server.http<{ sources: unknown[]; publishing: { slots: { weekday: number; time: string }[] } }>(
      'GET',
      `/accounts/${accountId}`,
    );
    expect(body.publishing.slots.filter(({ weekday }) => weekday === 6).map(({ time }) => time)).toEqual(['10:30', '20:00']);
    expect(body.sources).toHaveLength(SOURCES.length);
    await page.context().close();
  });
});

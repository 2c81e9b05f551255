import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Page } from 'playwright';
import { ensureAdminBuilt } from '../../scripts/build-admin.mjs';
import { ContentClient, SOURCES } from '../api/content-client.ts';
import { startApplication, type TestApplication } from '../support/application.ts';
import { describeChromium, type Look, TestBrowser, violationsOf } from './browser.ts';

const EN: Look = { scheme: 'light', language: 'en', width: 1440 };
const SHOTS = process.env.ADMIN_SHOTS;

describeChromium('forms of topics and accounts in a browser', () => {
  let server: TestApplication;
  let browser: TestBrowser;
  let accountId: string;

  const shot = async (page: Page, name: string): Promise<void> => {
    if (SHOTS !== undefined) await page.screenshot({ path: `${SHOTS}/forms-${name}.png` });
  };

  beforeAll(async () => {
    await ensureAdminBuilt();
    server = await startApplication();
    const client = new ContentClient(server.http);
    ({ id: accountId } = await client.createAccount({ name: 'energy', sources: SOURCES }));
    browser = await TestBrowser.launch(server.url, server.key);
  });
  afterAll(async () => {
    await browser?.close();
    await server.close();
  });

  it('previews an import of topics from a file, and adds what it accepts', async () => {
    const { page, errors } = await browser.open(EN);
    await page.goto(`/admin/topics?accountId=${accountId}`);
    await page.getByRole('button', { name: 'Add topics' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('CSV file', { exact: true }).first().click();
    const buffer = Buffer.from('\uFEFFtitle,keywords\n潮汐发电,海洋\n潮汐发电,海洋\nHeat pumps,\n');
    await dialog.locator('input[type=file]').setInputFiles({ name: 'topics.csv', mimeType: 'text/csv', buffer });
    await dialog.getByRole('button', { name: 'Preview' }).click();
    await dialog.getByText('2 would be added, 1 would not').waitFor();
    await dialog.getByText('already in the backlog').waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await shot(page, 'topics');
    await dialog.getByRole('button', { name: 'Add 2 topics' }).click();
    await dialog.getByText('2 added, 1 not added').waitFor();
    const { body } = await server.http<{ items: { title: string }[] }>('GET', `/topics?accountId=${accountId}`);
    expect(body.items.map(({ title }) => title).toSorted()).toEqual(['Heat pumps', '潮汐发电']);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it('edits the sources and a prompt of an account', async () => {
    const { page, errors } = await browser.open(EN);
    await page.goto(`/admin/accounts/${accountId}`);
    await page.getByRole('button', { name: 'Change the sources…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Add a source' }).click();
    const added = dialog.getByRole('listitem', { name: `Source ${SOURCES.length + 1}` });
    await added.getByLabel('Name').fill('News');
    await added.getByLabel('Where it is').fill('https://example.com/feed.xml');
    await added.getByLabel('Keywords').fill('wind, sun');
    expect(await violationsOf(page)).toEqual([]);
    await shot(page, 'sources');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });
    const { body } = await server.http<{ sources: object[] }>('GET', `/accounts/${accountId}`);
    expect(body.sources).toHaveLength(SOURCES.length + 1);
    expect(body.sources.at(-1)).toEqual({
      type: 'rss',
      name: 'News',
      location: 'https://example.com/feed.xml',
      keywords: ['wind', 'sun'],
    });

    await page.getByRole('button', { name: 'Change: Outline' }).click();
    await dialog.getByLabel('Template').fill('Write about {{ nothing_of_this');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Not done').waitFor();
    await dialog.getByLabel('Template').fill('Write an outline, briefly.');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });
    const prompts = await server.http<{ items: { name: string; text: string }[] }>('GET', `/accounts/${accountId}/prompts`);
    expect(prompts.body.items.find(({ name }) => name === 'outline')?.text).toBe('Write an outline, briefly.');
    await shot(page, 'account');
    expect(errors.filter((text) => !text.includes('422'))).toEqual([]);
    await page.context().close();
  });

  it('edits the sections of an account and their cadence, and checks a source', async () => {
    const { page, errors } = await browser.open(EN);
    await page.goto(`/admin/accounts/${accountId}`);
    await page.getByRole('button', { name: 'Change the sections…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Add a section' }).click();
    const section = dialog.getByRole('listitem', { name: 'Section 1' });
    await section.getByLabel('Code').fill('news');
    await section.getByLabel('Name').fill('News');
    await section.getByLabel('How often').click();
    await page.getByRole('option', { name: 'Times a week' }).click();
    await section.getByLabel('Times a week').fill('2');
    expect(await violationsOf(page)).toEqual([]);
    await shot(page, 'sections');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('2 a week').waitFor();
    const { body } = await server.http<{ sections: object[] }>('GET', `/accounts/${accountId}`);
    expect(body.sections).toEqual([{ code: 'news', name: 'News', perWeek: 2 }]);

    await page.getByRole('button', { name: 'Change the sources…' }).click();
    await dialog.getByRole('listitem', { name: 'Source 1' }).getByRole('button', { name: 'Check' }).click();
    await dialog.getByText(/\d+ items?, [\d,]+ words/).waitFor();
    await dialog.getByRole('button', { name: 'Add a source' }).click();
    const added = dialog.getByRole('listitem').last();
    await added.getByLabel('Kind').click();
    await page.getByRole('option', { name: 'JSON API' }).click();
    await added.getByLabel('Where it is').fill('http://127.0.0.1:9/items');
    await added.getByLabel('Title').fill('headline');
    await added.getByLabel('Secret headers').fill('Authorization: SOURCE_SECRET_NEWS');
    await added.getByRole('button', { name: 'Check' }).click();
    await added.getByText('SOURCE_SECRET_NEWS is not set').waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await shot(page, 'api-source');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });
    const saved = (await server.http<{ sources: object[] }>('GET', `/accounts/${accountId}`)).body.sources.at(-1);
    expect(saved).toEqual({
      type: 'api',
      location: 'http://127.0.0.1:9/items',
      api: { title: 'headline', headers: [{ name: 'Authorization', variable: 'SOURCE_SECRET_NEWS' }] },
    });
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it('adds a file to a content and removes it', async () => {
    const { id } = await new ContentClient(server.http).generate({ accountId, keywords: ['storage'] });
    const { page, errors } = await browser.open(EN);
    await page.goto(`/admin/contents/${id}`);
    await page.getByText('Checks and sources', { exact: true }).click();
    const buffer = Buffer.from('region,mwh\nOstrava,12\n');
    await page.locator('input[type=file]').setInputFiles({ name: 'Regions 2026.csv', mimeType: 'text/csv', buffer });
    const link = page.getByRole('link', { name: 'Regions 2026.csv' });
    await link.waitFor();
    expect(await link.getAttribute('href')).toBe(`/contents/${id}/attachments/regions-2026.csv`);
    expect(await violationsOf(page)).toEqual([]);
    await shot(page, 'attachments');
    await page.getByRole('button', { name: 'Remove Regions 2026.csv' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await link.waitFor({ state: 'detached' });
    const { body } = await server.http<{ version: number; attachments: object[] }>('GET', `/contents/${id}`);
    expect(body).toMatchObject({ version: 3, attachments: [] });
    expect(errors).toEqual([]);
    await page.context().close();
  });
});

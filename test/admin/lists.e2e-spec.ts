import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { ensureAdminBuilt } from '../../scripts/build-admin.mjs';
import { startApplication, type TestApplication } from '../support/application.ts';
import { waitFor } from '../support/wait-for.ts';
import { describeChromium, type Look, TestBrowser } from './browser.ts';

const EN: Look = { scheme: 'light', language: 'en', width: 1440 };
const MANY = 230;

describeChromium('lists in a browser', () => {
  let server: TestApplication;
  let browser: TestBrowser;

  beforeAll(async () => {
    await ensureAdminBuilt();
    const handlers = [
      { name: 'quick', handle: () => Promise.resolve('done') },
      { name: 'broken', maxAttempts: 1, handle: () => Promise.reject(new Error('=1+1')) },
    ];
    server = await startApplication({ handlers: handlers as never });
    const items = Array.from({ length: MANY }, (_, index) => ({ taskName: 'quick', params: { topic: `number ${index}` } }));
    await server.http('POST', '/batches', { name: 'many', tasks: items });
    const { body } = await server.http<{ executionId: string }>('POST', '/tasks/broken/execute/api', { params: { topic: '@SUM(1)' } });
    const isFailed = async () => (await server.http('GET', `/executions/${body.executionId}`)).body.status === 'failed';
    await waitFor(isFailed, { what: 'the failure' });
    browser = await TestBrowser.launch(server.url, server.key);
  });
  afterAll(async () => {
    await browser?.close();
    await server.close();
  });

  it('saves a view with its columns, opens the page with it, renames and deletes it', async () => {
    const { page, errors } = await browser.open(EN);
    await page.goto('/admin/executions?status=failed');
    await page.locator('tr[data-id]').first().waitFor();
    await page.getByRole('button', { name: 'Columns' }).click();
    await page.getByRole('menuitemcheckbox', { name: 'Queue' }).click();
    await page.keyboard.press('Escape');
    await page.getByRole('columnheader', { name: 'Queue' }).waitFor();
    await page.getByRole('button', { name: 'Views' }).click();
    await page.getByRole('menuitem', { name: 'Save this view…' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('What failed');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.waitForURL(/status=failed&view=/);
    const { body } = await server.http<{ items: { query: string }[] }>('GET', '/views?page=executions');
    expect(body.items[0]?.query).toMatch(/^status=failed&columns=subject&columns=attempt&columns=queue/);

    await page.getByRole('button', { name: 'What failed' }).click();
    await page.getByRole('menuitem', { name: 'Open the page with it' }).click();
    await page.goto('/admin/executions');
    await page.waitForURL(/status=failed&view=/);
    await page.getByRole('columnheader', { name: 'Queue' }).waitFor();

    await page.getByRole('button', { name: 'What failed' }).click();
    await page.getByRole('menuitem', { name: 'Rename…' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Failures');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('button', { name: 'Failures' }).click();
    await page.getByRole('menuitem', { name: 'Delete…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('button', { name: 'Views' }).waitFor();
    expect((await server.http<{ items: unknown[] }>('GET', '/views?page=executions')).body.items).toEqual([]);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it('exports the filtered list, all pages of it, without formulas', async () => {
    const { page, errors } = await browser.open(EN);
    const exported = async (address: string): Promise<string[]> => {
      await page.goto(address);
      await page.locator('tr[data-id]').first().waitFor();
      const saved = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Export as CSV' }).click();
      const text = readFileSync(await (await saved).path(), 'utf8');
      expect(text.startsWith('\uFEFFexecutionId,taskName,')).toBe(true);
      return text.trimEnd().split('\r\n').slice(1);
    };
    const [failed, ...others] = await exported('/admin/executions?status=failed');
    expect(others).toEqual([]);
    expect(failed).toMatch(/,broken,.*,'@SUM\(1\),.*,'=1\+1$/);
    expect((await exported('/admin/executions?taskName=quick')).length).toBe(MANY);
    expect(errors).toEqual([]);
    await page.context().close();
  });
});

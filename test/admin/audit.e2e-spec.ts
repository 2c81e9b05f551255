import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ensureAdminBuilt } from '../../scripts/build-admin.mjs';
import { ContentClient } from '../api/content-client.ts';
import { startApplication, type TestApplication } from '../support/application.ts';
import { waitFor } from '../support/wait-for.ts';
import { describeChromium, TestBrowser, violationsOf } from './browser.ts';

describeChromium('the audit page', () => {
  let server: TestApplication;
  let browser: TestBrowser;
  beforeAll(async () => {
    await ensureAdminBuilt();
    server = await startApplication();
    browser = await TestBrowser.launch(server.url, server.key);
  });
  afterAll(async () => {
    await browser?.close();
    await server.close();
  });

  it('says why a change was made, and shows each changed member with both values', async () => {
    const { id } = await new ContentClient(server.http).createAccount({ name: 'Old name' });
    const change = { name: 'New name', platform: 'wiki', timeZone: 'Asia/Shanghai', language: 'zh', status: 'paused' };
    const headers = { 'if-match': '"v1"', 'x-reason': encodeURIComponent('改名 for the new season') };
    expect((await server.http('PATCH', `/accounts/${id}`, change, headers)).status).toBe(200);
    await waitFor(
      async () => (await server.sql('SELECT 1 FROM operation_audit WHERE changes IS NOT NULL AND reason IS NOT NULL')).length > 0,
      {
        what: 'the changes to be stored',
      },
    );
    const { page, errors } = await browser.open({ scheme: 'light', language: 'en', width: 1440 });
    await page.goto('/admin/audit');
    const row = page.locator('tr[data-id]').filter({ hasText: '改名 for the new season' });
    await row.waitFor();
    expect(await row.locator('del, ins').count()).toBe(6);
    await row.getByRole('button', { name: '2 more' }).click();
    const names = row.locator('div').filter({ has: page.locator('dt', { hasText: /^name$/ }) });
    expect([await names.locator('del').textContent(), await names.locator('ins').textContent()]).toEqual(['Old name', 'New name']);
    expect(await row.locator('del, ins').count()).toBe(10);
    expect([await violationsOf(page), errors]).toEqual([[], []]);
    await page.context().close();
  });
});

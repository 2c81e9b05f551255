import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Page } from 'playwright';
import { ensureAdminBuilt } from '../../scripts/build-admin.mjs';
import { ContentClient, SOURCES } from '../api/content-client.ts';
import { startApplication, type TestApplication } from '../support/application.ts';
import { describeChromium, type Look, TestBrowser, violationsOf } from './browser.ts';

const EN: Look = { scheme: 'light', language: 'en', width: 1440 };
const PHONE_ZH: Look = { scheme: 'dark', language: 'zh', width: 390 };
const SHOTS = process.env.ADMIN_SHOTS;

describeChromium('the form of a task and the installation in a browser', () => {
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

  it('starts a task by a form, and shows what the server refuses at its field', async () => {
    const { page, errors } = await browser.open(EN);
    await page.goto('/admin/tasks?run=content-generation');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Run now' }).click();
    await dialog.getByText('It is needed.').waitFor();
    await dialog.getByRole('combobox', { name: 'accountId' }).click();
    await page.getByRole('option', { name: 'energy' }).click();
    await dialog.getByText(/^Optional: \d+$/).click();
    await dialog.getByRole('textbox', { name: 'topic' }).fill('Heat pumps');
    await dialog.getByRole('textbox', { name: 'creator', exact: true }).fill('nobody');
    await dialog.getByRole('textbox', { name: 'callbackUrl' }).fill('ftp://example.com');
    expect(await violationsOf(page)).toEqual([]);
    await shot(page, 'task');
    await dialog.getByRole('button', { name: 'Run now' }).click();
    const url = dialog.locator('.mantine-TextInput-root', { has: page.getByRole('textbox', { name: 'callbackUrl' }) });
    await url.locator('[id$="-error"]').waitFor();
    await dialog.getByRole('textbox', { name: 'callbackUrl' }).fill('');
    await dialog.getByText('JSON', { exact: true }).click();
    expect(JSON.parse(await dialog.getByRole('textbox', { name: 'Params' }).inputValue())).toEqual({
      accountId,
      topic: 'Heat pumps',
      creator: 'nobody',
    });
    expect(errors.filter((text) => !text.includes('422'))).toEqual([]);
    await page.context().close();
  });

  it.each([EN, PHONE_ZH])('shows the installation on the health page ($language, $width px)', async (look) => {
    const { page, errors } = await browser.open(look);
    await page.goto('/admin/health');
    const settings = page.getByText(look.language === 'zh' ? /显示 \d+ 项设置/ : /Show \d+ settings/);
    await settings.click();
    await page.getByText('DATABASE_URL', { exact: true }).waitFor();
    expect(await page.getByText('postgres://').count()).toBe(0);
    await page.locator('main dl').last().scrollIntoViewIfNeeded();
    await shot(page, `health-${look.language}`);
    const chinese = look.language === 'zh';
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('button', { name: chinese ? '复制报告' : 'Copy the report' }).click();
    const copied = await page.evaluate<string>('navigator.clipboard.readText()');
    // The sentences of the server have the language of the page, not that of the browser.
    expect(copied.split('\n')[0]).toMatch(/^# ContentHub: /);
    expect(copied).toContain(chinese ? '每个可领取的任务都有能运行它的进程或代理' : 'every ready task has a process or agent for it');
    expect(errors).toEqual([]);
    await page.context().close();
  });
});

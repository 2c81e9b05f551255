import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ensureAdminBuilt } from '../../scripts/build-admin.mjs';
import { startApplication, type TestApplication } from '../support/application.ts';
import { waitFor } from '../support/wait-for.ts';
import { describeChromium, type Look, TestBrowser } from './browser.ts';

const EN: Look = { scheme: 'light', language: 'en', width: 1440 };
const LINES = 4_000;
const ERROR = 1_234;

describeChromium('the log of an execution in a browser', () => {
  let server: TestApplication;
  let browser: TestBrowser;
  let id = '';

  beforeAll(async () => {
    await ensureAdminBuilt();
    server = await startApplication({ handlers: [{ name: 'quick', handle: () => Promise.resolve('done') }] as never });
    const { body } = await server.http<{ executionId: string }>('POST', '/tasks/quick/execute/api', { params: {} });
    id = body.executionId;
    const isDone = async () => (await server.http('GET', `/executions/${id}`)).body.status === 'completed';
    await waitFor(isDone, { what: 'the execution to complete' });
    await server.sql(
      `INSERT INTO task_logs (task_id, seq, attempt, at, level, message)
       SELECT $1, n, 1, (SELECT created_at FROM tasks WHERE id = $1), CASE WHEN n = $3 THEN 'error' ELSE 'info' END, 'line ' || n
       FROM generate_series(1, $2::int) n`,
      [id, LINES, ERROR],
    );
    browser = await TestBrowser.launch(server.url, server.key);
  });
  afterAll(async () => {
    await browser?.close();
    await server.close();
  });

  it('shows the end, any other part, the first error and what the server finds, and downloads all of it', async () => {
    const { page, errors } = await browser.open(EN);
    await page.goto(`/admin/executions/${id}`);
    const log = page.getByRole('log');
    await log.getByText(`line ${LINES}`, { exact: true }).waitFor();
    expect(await log.locator('[data-level]').count()).toBeLessThan(200);

    await log.evaluate((pane) => (pane.scrollTop = 0));
    await log.getByText('line 1', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'First error' }).click();
    await log.locator('[data-level="error"]', { hasText: `line ${ERROR}` }).waitFor();
    expect(await page.getByRole('button', { name: 'Follow', exact: true }).getAttribute('aria-pressed')).toBe('false');

    await page.getByRole('textbox', { name: 'Search the log' }).fill('LINE 399');
    await page.getByText('11 matches').waitFor();
    await log.getByText('line 3990', { exact: true }).waitFor();
    // A link that saves a file sends the cookie of the session, but not the key of this browser.
    const address = await page.getByRole('link', { name: 'Download' }).getAttribute('href');
    const file = await page.evaluate(async (href) => (await fetch(href)).text(), address ?? '');
    expect(file.trimEnd().split('\n').length).toBe(11);
    await page.getByRole('textbox', { name: 'Search the log' }).fill('');
    await page.getByRole('radiogroup', { name: 'Level' }).getByText('Errors', { exact: true }).click();
    await page.getByText('1 match', { exact: true }).waitFor();
    expect(errors).toEqual([]);
    await page.context().close();
  });
});

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Page } from 'playwright';
import { ensureAdminBuilt } from '../../scripts/build-admin.mjs';
import { SlowFeed } from '../process/slow-feed.ts';
import { waitFor } from '../support/wait-for.ts';
import { describeChromium, type Look, TestBrowser } from './browser.ts';
import { JourneyNodes } from './journey-nodes.ts';

const EN: Look = { scheme: 'light', language: 'en', width: 1440 };
const SHOTS = process.env.ADMIN_SHOTS;
const MATCHING = 3410;

describeChromium('the admin pages while processes are killed', () => {
  const feed = new SlowFeed();
  const nodes = new JourneyNodes(() => ({ EGRESS_ALLOW_PRIVATE: feed.host }));
  let browser: TestBrowser;

  const statusOf = async (id: string): Promise<string> => (await nodes.http<{ status: string }>('GET', `/executions/${id}`)).status;
  const becomes = (id: string, status: string) =>
    waitFor(async () => (await statusOf(id)) === status, { what: `${id} to be ${status}`, timeoutMs: 60_000 });
  const shot = async (page: Page, name: string): Promise<void> => {
    if (SHOTS !== undefined) await page.screenshot({ path: `${SHOTS}/journey-${name}.png` });
  };
  /** Every word the indicator has shown, in order. */
  const recordIndicator = (page: Page) =>
    page.evaluate(`globalThis.words = [];
      setInterval(() => { const w = document.querySelector('[data-word]')?.dataset.word; if (w && w !== words.at(-1)) words.push(w); }, 20)`);

  beforeAll(async () => {
    await ensureAdminBuilt();
    await feed.start();
    await nodes.start();
    browser = await TestBrowser.launch(nodes.url, nodes.key);
  });
  afterAll(async () => {
    await browser?.close();
    await nodes.close();
    await feed.stop();
  });

  it('shows the attempt that a killed worker lost, its retry, and its end', async () => {
    const sources = [{ type: 'rss', name: 'Energy', location: `http://${feed.host}/feed.xml` }];
    const account = await nodes.http<{ id: string }>('POST', '/accounts', { name: 'energy', platform: 'blog', sources });
    const { executionId: id } = await nodes.http<{ executionId: string }>('POST', '/content-tasks', { accountId: account.id });
    await waitFor(async () => feed.requests > 0, { what: 'the generation to be under way' });
    const { page, errors } = await browser.open(EN);
    await page.goto(`/admin/executions/${id}`);
    await page.getByText('Running').first().waitFor();
    await nodes.killWorker();
    await page.getByText('WORKER_LOST').first().waitFor({ timeout: 30_000 });
    await shot(page, 'worker-lost');
    const before = feed.requests;
    nodes.startWorker();
    await waitFor(async () => feed.requests > before, { what: 'the next attempt', timeoutMs: 60_000 });
    await page
      .locator('dd')
      .getByText(/^2 of \d$/)
      .waitFor();
    await shot(page, 'worker-back');
    feed.release();
    await page.getByText('Completed').first().waitFor({ timeout: 30_000 });
    await page.reload();
    await page.getByText('Completed').first().waitFor();
    expect(
      await page
        .locator('dd')
        .getByText(/^2 of \d$/)
        .count(),
    ).toBe(1);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it('loses and doubles no line of a log over a kill of the server, and says what the connection is', async () => {
    nodes.hold();
    const id = await nodes.submit('talk');
    const { page } = await browser.open(EN);
    await page.goto(`/admin/executions/${id}`);
    const log = page.getByRole('log');
    await log.getByText('line 20', { exact: true }).waitFor({ timeout: 30_000 });
    await page.locator('[data-word="live"]').waitFor();
    await recordIndicator(page);
    await nodes.killServer();
    await page.locator('[data-word="reconnecting"]').waitFor();
    await log.getByText('The connection is lost.').waitFor();
    await shot(page, 'server-killed');
    const inkOf = () => page.evaluate(`getComputedStyle(document.querySelector('main dd')).color`);
    const ink = await inkOf();
    await page.locator('[data-word="stale"]').waitFor({ timeout: 60_000 });
    await page.getByText(/^Stale since \d/).waitFor();
    expect(await inkOf()).not.toBe(ink);
    await shot(page, 'server-gone');
    await nodes.startServer();
    await page.locator('[data-word="live"]').waitFor({ timeout: 60_000 });
    expect(await inkOf()).toBe(ink);
    expect(await page.evaluate('words')).toEqual(['live', 'reconnecting', 'stale', 'live']);
    nodes.release();
    await log.getByText('End of the log').waitFor({ timeout: 60_000 });
    const shown = (await log.getByText(/^line \d+$/).allTextContents()).map((text) => Number(text.slice(5)));
    const rows = await nodes.sql<{ message: string }>(
      `SELECT message FROM task_logs WHERE task_id = $1 AND message LIKE 'line %' ORDER BY seq`,
      [id],
    );
    const stored = rows.map(({ message }) => Number(message.slice(5)));
    expect(stored.length).toBeGreaterThan(40);
    expect(shown).toEqual(stored);
    expect(shown).toEqual(Array.from({ length: stored.length }, (_, index) => index + 1));
    await shot(page, 'server-back');
    await page.context().close();
  });

  it(`cancels ${MATCHING} executions that match a filter, with a receipt, and keeps each state in the address`, async () => {
    const runAt = '2999-01-01T00:00:00Z';
    const SIZE = 341;
    for (let batch = 0; batch < MATCHING / SIZE; batch++)
      await nodes.http('POST', '/batches', {
        name: `many ${batch}`,
        tasks: Array.from({ length: SIZE }, () => ({ taskName: 'later', runAt })),
      });
    const { page, errors } = await browser.open(EN);
    await page.goto('/admin/executions?status=pending&taskName=later');
    await page.locator('tr[data-id]').first().waitFor();
    await page.reload();
    await page.getByRole('button', { name: 'Remove task:later' }).waitFor();
    await page.getByRole('checkbox', { name: 'Select all shown' }).check();
    const bar = page.getByRole('toolbar');
    await bar.getByRole('button', { name: /all that match/i }).click();
    await bar.getByRole('button', { name: 'Cancel…' }).click();
    await shot(page, 'bulk-preview');
    await bar.getByRole('button', { name: /^Cancel 3,410$/ }).click();
    await bar.getByText(/Started as execution …/).waitFor();
    await bar.getByRole('link', { name: /./ }).click();
    await page.waitForURL(/sel=/);
    const receipt = new URL(page.url()).searchParams.get('sel') ?? '';
    await becomes(receipt, 'completed');
    const count = async (status: string) =>
      (await nodes.sql<{ n: number }>(`SELECT count(*)::int AS n FROM tasks WHERE name = 'later' AND status = $1`, [status]))[0]?.n;
    expect([await count('cancelled'), await count('pending')]).toEqual([MATCHING, 0]);
    await page.reload();
    await page.getByRole('complementary').getByText('Completed').first().waitFor();
    await shot(page, 'bulk-receipt');
    await page.goto('/admin/executions?status=cancelled&taskName=later');
    await page.locator('tr[data-id]').first().waitFor();
    expect(await page.locator('tr[data-id]').count()).toBe(100);
    expect(errors).toEqual([]);
    await page.context().close();
  });
});

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright';
import { ensureAdminBuilt } from '../../scripts/build-admin.mjs';
import { SOURCES } from '../api/content-client.ts';
import { Server } from '../process/server.ts';
import { waitFor } from '../support/wait-for.ts';
import { describeChromium, type Look, TestBrowser } from './browser.ts';

const EN: Look = { scheme: 'light', language: 'en', width: 1440 };
const SHOTS = process.env.ADMIN_SHOTS;
/** A week in the future, so that nothing is published before the page says so. */
const MONDAY = '2035-01-01';
const WEDNESDAY = '2035-01-03';

interface Content {
  id: string;
  reviewStatus: string;
}

/** From a clean start in an empty folder to a published file, as a newcomer does it. */
describeChromium('the first minutes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'contenthub-first-'));
  const published = join(folder, 'published');
  const settings = { SOURCE_ROOTS: resolve('test/fixtures/sources'), PUBLISH_DIR: published, LOG_FORMAT: 'pretty' };
  const server = new Server(settings, [process.execPath, resolve('bin/contenthub.mjs'), 'serve'], folder);
  let browser: TestBrowser;
  let page: Page;
  let errors: string[];
  let url = '';

  const contents = async (status: string) =>
    (await server.call<{ items: Content[] }>('GET', `/contents?reviewStatus=${status}`)).items.map(({ id }) => id);
  const shot = async (name: string): Promise<void> => {
    if (SHOTS !== undefined) await page.screenshot({ path: `${SHOTS}/first-${name}.png` });
  };
  const createAccount = async (name: string): Promise<void> => {
    const publishing = { slots: [1, 2, 3, 4, 5].map((weekday) => ({ weekday, time: '09:00' })) };
    const account = await server.call<{ id: string }>('POST', '/accounts', {
      name,
      platform: 'blog',
      language: 'en',
      sources: SOURCES,
      publishing,
    });
    const config = { mode: 'publish', folder: name };
    await server.call('POST', `/accounts/${account.id}/channels`, { name: 'site', kind: 'file', config });
  };
  const generate = async (topic: string): Promise<void> => {
    await page.goto('/admin/?generate=1');
    await page.getByRole('dialog').getByLabel('Topic').fill(topic);
  };

  beforeAll(async () => {
    await ensureAdminBuilt();
    url = await server.start({ fresh: true });
    await createAccount('energy');
    browser = await TestBrowser.launch(url, '');
    ({ page, errors } = await browser.open(EN, { signedIn: false }));
  });
  afterAll(async () => {
    await browser?.close();
    await server.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  it('signs in by the printed link, generates, returns, approves, schedules and publishes a file', async () => {
    const find = async () => /Admin\s+(http\S+\?code=\S+)/.exec(server.output)?.[1];
    const link = new URL(await waitFor(async () => (await find()) ?? false, { what: 'the printed link' }));
    await page.goto(link.pathname + link.search);
    await page.getByRole('button', { name: 'Generate', exact: true }).first().waitFor();
    await shot('1-today');

    await generate('Batteries on the grid');
    const drawer = page.getByRole('dialog');
    await drawer.getByRole('button', { name: 'Generate', exact: true }).click();
    await drawer.getByText('Completed').waitFor({ timeout: 30_000 });
    await shot('2-generated');
    await drawer.getByRole('link', { name: /review/i }).click();
    await page.waitForURL(/\/admin\/review\?sel=/);
    const [first = ''] = await contents('pending_review');

    await page.locator('article h2').first().waitFor();
    await shot('3-review');
    await page.keyboard.press('r');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Style').check();
    await dialog.getByLabel('What to change').fill('Shorter, please.');
    await dialog.getByLabel('Have it written again now').check();
    await dialog.getByRole('button', { name: 'Return to the writer' }).click();
    const rewritten = async () => (await contents('pending_review')).find((id) => id !== first) ?? false;
    const second = await waitFor(rewritten, { what: 'the second text', timeoutMs: 30_000 });

    await page.goto(`/admin/review?sel=${second}`);
    await page.locator('article h2').first().waitFor();
    await page.keyboard.press('a');
    await page.getByText(/^Approved: /).waitFor();

    await page.goto(`/admin/calendar?from=${MONDAY}&view=week`);
    const card = page.getByRole('complementary', { name: 'Approved, no time yet' }).locator('li button').first();
    await card.dragTo(page.locator(`td[data-day="${WEDNESDAY}"]`).first());
    const entry = page.locator(`td[data-day="${WEDNESDAY}"] button[data-item]`);
    await entry.waitFor();
    await shot('4-calendar');

    await entry.click();
    await page.getByRole('button', { name: 'Publish now…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Publish now' }).click();
    const pages = () => (existsSync(join(published, 'energy')) ? readdirSync(join(published, 'energy')) : []);
    await waitFor(async () => pages().length > 0, { what: 'the published file', timeoutMs: 30_000 });
    const file = join(published, 'energy', pages()[0] ?? '', 'index.html');
    await waitFor(async () => existsSync(file), { what: file });
    expect(readFileSync(file, 'utf8')).toContain('<html');
    await page.locator('aside').getByText('Published').first().waitFor({ timeout: 30_000 });
    await shot('5-published');
    expect(errors).toEqual([]);
  });

  it('generates, approves and schedules by keys alone, and shows where the focus is', async () => {
    const outline = () => page.evaluate(`getComputedStyle(document.activeElement).outlineStyle`);
    const focusedBy = async (key: string, selector: string, most = 60): Promise<void> => {
      for (let n = 0; n < most; n++) {
        if (await page.evaluate(`document.activeElement?.matches(${JSON.stringify(selector)}) ?? false`)) return;
        await page.keyboard.press(key);
      }
      throw new Error(`${key} does not reach ${selector}`);
    };
    await createAccount('wind');
    await page.goto('/admin/contents');
    await page.getByRole('button', { name: 'Generate', exact: true }).first().waitFor();
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the content');
    const known = new Set(await contents('pending_review'));
    await page.keyboard.press('g');
    await page.keyboard.press('g');
    await page.getByRole('dialog').waitFor();
    await focusedBy('Tab', '[role="dialog"] textarea', 5);
    await page.keyboard.type('Wind power at sea');
    await focusedBy('Tab', '[role="dialog"] button[type="submit"]');
    expect(await outline()).toBe('solid');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByText('Completed').waitFor({ timeout: 30_000 });
    await focusedBy('Tab', '[role="dialog"] a[href*="/admin/review"]');
    expect(await outline()).toBe('solid');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/admin\/review\?sel=/);
    await page.locator('article h2').first().waitFor();
    const sel = new URL(page.url()).searchParams.get('sel') ?? '';
    expect(known.has(sel)).toBe(false);
    await page.keyboard.press('a');
    await page.getByText(/^Approved: /).waitFor();

    await page.goto(`/admin/calendar?from=${MONDAY}&view=week`);
    await page.getByRole('complementary', { name: 'Approved, no time yet' }).locator('li button').first().waitFor();
    await focusedBy('Tab', 'aside li button');
    expect(await outline()).toBe('solid');
    await page.keyboard.press('Space');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    const scheduled = async () =>
      (await server.call<{ items: { contentId: string; status: string }[] }>('GET', `/pool?contentId=${sel}`)).items.length > 0;
    await waitFor(scheduled, { what: 'the entry' });
    expect(errors).toEqual([]);
  });
});

import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { Page } from 'playwright';
import { ensureAdminBuilt } from '../../scripts/build-admin.mjs';
import { type Content, ContentClient, SOURCES } from '../api/content-client.ts';
import { startApplication, type TestApplication } from '../support/application.ts';
import { waitFor } from '../support/wait-for.ts';
import { describeChromium, type Look, overflowOf, pressComposing, TestBrowser, violationsOf } from './browser.ts';

const EN: Look = { scheme: 'light', language: 'en', width: 1440 };
const LOOKS: readonly Look[] = [
  { scheme: 'light', language: 'zh', width: 1440 },
  { scheme: 'dark', language: 'en', width: 390 },
];
/** A folder for pictures of every page. */
const SHOTS = process.env.ADMIN_SHOTS;

describeChromium('the pages of editors in a browser', () => {
  let server: TestApplication;
  let browser: TestBrowser;
  let client: ContentClient;
  let accountId = '';
  let content: Content;

  const generate = () => client.generate({ accountId, topic: 'Grid storage', autoApprove: false });
  const statusOf = async (id: string) => (await client.getContent(id)).reviewStatus;
  const statusBecomes = (id: string, status: string) =>
    waitFor(async () => (await statusOf(id)) === status, { what: `${id} to be ${status}` });
  const openReview = async (page: Page): Promise<void> => {
    await page.goto(`/admin/review?sel=${content.id}`);
    await page.locator('article h2').first().waitFor();
  };

  beforeAll(async () => {
    await ensureAdminBuilt();
    server = await startApplication();
    client = new ContentClient(server.http);
    const slots = Array.from({ length: 7 }, (_, index) => ({ weekday: index + 1, time: '23:59' }));
    accountId = (await client.createAccount({ sources: SOURCES, language: 'en', publishing: { slots } })).id;
    await client.submit({ accountId, topic: 'A subject that no source has', autoApprove: false });
    browser = await TestBrowser.launch(server.url, server.key);
  });
  beforeEach(async () => {
    content = await generate();
  });
  afterAll(async () => {
    await browser?.close();
    await server.close();
  });

  it.each(LOOKS)('load without an error and without a barrier ($scheme, $language, $width px)', async (look) => {
    const { page, errors } = await browser.open(look);
    const pages: readonly [path: string, settled: string][] = [
      ['/admin/', 'main ul h2'],
      [`/admin/review?sel=${content.id}`, 'article h2'],
      [`/admin/review?sel=${content.id}&view=diff`, 'main h2'],
      ['/admin/review?q=nothing-of-this', 'main ol'],
      ['/admin/contents', 'tr[data-id]'],
      ['/admin/contents?reviewStatus=rejected', 'main h2'],
      [`/admin/contents/${content.id}`, 'article h2'],
      ['/admin/contents?generate=1&topic=Wind', '[role="dialog"] textarea'],
    ];
    const found: string[] = [];
    for (const [path, settled] of pages) {
      await page.goto(path);
      await page.locator(settled).first().waitFor({ state: 'attached', timeout: 20_000 });
      await page.waitForTimeout(300);
      found.push(...(await violationsOf(page)).map((violation) => `${path} ${violation}`));
      found.push(...errors.splice(0).map((error) => `${path} console: ${error}`));
      const overflow = await overflowOf(page);
      if (overflow > 0) found.push(`${path} is ${overflow} px too wide`);
      const name = path.replace(content.id, 'ID').replaceAll(/\W+/g, '-');
      if (SHOTS !== undefined) await page.screenshot({ path: `${SHOTS}/${look.width}-${look.language}${name}.png` });
    }
    expect(found).toEqual([]);
    await page.context().close();
  });

  it('approves with A, not while an input method composes, and takes it back with Z', async () => {
    const { page, errors } = await browser.open(EN);
    await openReview(page);
    await pressComposing(page, { key: 'a', isComposing: true });
    await pressComposing(page, { key: 'a', keyCode: 229 });
    await page.waitForTimeout(300);
    expect(await statusOf(content.id)).toBe('pending_review');
    await page.keyboard.press('a');
    await page.getByText(`Approved: ${content.title}`).waitFor();
    expect(await statusOf(content.id)).toBe('approved');
    await page.keyboard.press('z');
    await page.getByText(`Waits for a review again: ${content.title}`).waitFor();
    expect(await statusOf(content.id)).toBe('pending_review');
    await page.waitForURL(new RegExp(`sel=${content.id}`));
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it('returns with R, for reasons and with a note', async () => {
    const { page } = await browser.open(EN);
    await openReview(page);
    await page.keyboard.press('r');
    const dialog = page.getByRole('dialog');
    const submit = dialog.getByRole('button', { name: 'Return to the writer' });
    expect(await submit.isDisabled()).toBe(true);
    await dialog.getByLabel('Style').check();
    await dialog.getByLabel('What to change').fill('Shorter, please.');
    await submit.click();
    await statusBecomes(content.id, 'draft');
    const { body } = await server.http<{ items: { reasons: string[]; note: string }[] }>('GET', `/contents/${content.id}/reviews`);
    expect(body.items[0]).toMatchObject({ reasons: ['style'], note: 'Shorter, please.' });
    await page.context().close();
  });

  it('edits with E, and keeps the text when another version was saved meanwhile', async () => {
    const { page } = await browser.open(EN);
    await openReview(page);
    await page.keyboard.press('e');
    await page.getByRole('textbox', { name: 'Title', exact: true }).fill('Mine');
    await client.patch(`/contents/${content.id}`, { title: 'Of another person' }, '"v1"');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Another version was saved since you began.').waitFor();
    expect(await page.getByRole('textbox', { name: 'Title', exact: true }).inputValue()).toBe('Mine');
    await page.getByRole('button', { name: 'Load the new version' }).click();
    await page.locator('article h2', { hasText: 'Of another person' }).waitFor();
    await page.keyboard.press('e');
    await page.getByRole('textbox', { name: 'Title', exact: true }).fill('The third version');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.locator('article h2', { hasText: 'The third version' }).waitFor();
    await page.keyboard.press('d');
    await page.locator('ins').getByText('third').first().waitFor();
    expect((await client.getContent(content.id)).version).toBe(3);
    await page.context().close();
  });

  it('requests a content from the drawer, and leads to its review', async () => {
    const { page, errors } = await browser.open(EN);
    await page.goto('/admin/contents');
    await page.getByRole('button', { name: 'Generate', exact: true }).click();
    await page.waitForURL(/generate=1/);
    const drawer = page.getByRole('dialog');
    await drawer.getByLabel('Topic').fill('Batteries on the grid');
    await drawer.getByText('Run as API call').click();
    await drawer.getByText(/--topic 'Batteries on the grid'/).waitFor();
    await drawer.getByRole('button', { name: 'Generate', exact: true }).click();
    await drawer.getByRole('progressbar').waitFor();
    await drawer.getByText(/Completed|Failed/).waitFor({ timeout: 20_000 });
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it('Today says what waits, and leads to the riskiest', async () => {
    const { page } = await browser.open(EN);
    await page.goto('/admin/');
    await page.getByText(/for your review/).waitFor();
    await page.getByText('A subject that no source has', { exact: true }).waitFor();
    await page.getByText(/publishing days are empty/).waitFor();
    await page.getByRole('link', { name: 'Review', exact: true }).last().click();
    await page.waitForURL(/\/admin\/review\?sel=/);
    await page.locator('article h2').first().waitFor();
    expect(await page.getByRole('button', { name: 'Approve' }).isEnabled()).toBe(true);
    await page.context().close();
  });

  it('shows the thread of a content, and exports its text', async () => {
    const { page } = await browser.open(EN);
    await page.goto('/admin/contents');
    await page.locator(`tr[data-id="${content.id}"]`).getByRole('button').click();
    await page.waitForURL(new RegExp(`/contents/${content.id}`));
    for (const name of ['Topic', 'Generation', 'Review', 'Publish pool', 'Publication'])
      await page.getByRole('heading', { name }).waitFor();
    await page.getByRole('button', { name: 'Export' }).click();
    const saved = page.waitForEvent('download');
    await page.getByRole('menuitem', { name: 'Markdown' }).click();
    expect((await saved).suggestedFilename()).toMatch(/\.md$/);
    await page.context().close();
  });

  it('offers a viewer no decision, and lets an operator land on the executions', async () => {
    const viewer = await TestBrowser.launch(server.url, await server.keyOf('viewer'));
    const { page } = await viewer.open(EN);
    await openReview(page);
    expect(await page.getByRole('button', { name: /^(Approve|Return…|Edit|Generate)$/ }).count()).toBe(0);
    await page.keyboard.press('a');
    await page.waitForTimeout(300);
    expect(await statusOf(content.id)).toBe('pending_review');
    await viewer.close();
    const operator = await TestBrowser.launch(server.url, await server.keyOf('operator'));
    const { page: own } = await operator.open(EN);
    await own.goto('/admin/');
    await own.waitForURL(/\/admin\/executions$/);
    await operator.close();
  });

  it('signs in by the link of the start, once, and lands on Today', async () => {
    const { status, body } = await server.http<{ url: string }>('POST', '/session/code');
    expect(status).toBe(201);
    const { page } = await browser.open(EN, { signedIn: false });
    const { pathname, search } = new URL(body.url);
    await page.goto(pathname + search);
    await page.getByText(/for your review/).waitFor();
    expect(new URL(page.url()).search).toBe('');
    await page.context().close();
    const again = await browser.open(EN, { signedIn: false });
    await again.page.goto(pathname + search);
    await again.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await again.page.context().close();
  });
});

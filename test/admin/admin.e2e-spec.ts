import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ensureAdminBuilt } from '../../scripts/build-admin.mjs';
import type { AcceptedExecution } from '../../src/tasks/service/accepted-execution.view.ts';
import { startApplication, type TestApplication } from '../support/application.ts';
import { waitFor } from '../support/wait-for.ts';
import { describeChromium, goWithin, type Look, overflowOf, pressComposing, TestBrowser, violationsOf } from './browser.ts';
import { PAGES } from './pages.ts';

const EN: Look = { scheme: 'light', language: 'en', width: 1440 };
/** ADMIN_LOOKS=all, as in the nightly run: each page in both languages, both themes and both widths. */
const ALL = process.env.ADMIN_LOOKS === 'all';
const LOOKS: readonly Look[] = [
  { scheme: 'light', language: 'zh', width: 1440 },
  { scheme: 'dark', language: 'en', width: 390 },
  ...(ALL
    ? ([
        { scheme: 'dark', language: 'en', width: 1440 },
        { scheme: 'light', language: 'zh', width: 390 },
      ] as const)
    : []),
];
/** Otherwise axe examines only the pages that are used on a phone, and the second look is at them. The others are opened once, for their errors. */
const ON_A_PHONE = ['/admin/', '/admin/review', '/admin/executions', '/admin/health'];

const PARTS = 3;
const isShort = ({ width }: Look): boolean => !ALL && width === 390;
/** A test ends within three minutes also on a busy machine. */
const CASES = LOOKS.flatMap((look) => Array.from({ length: isShort(look) ? 1 : PARTS }, (_, part) => ({ ...look, part })));
const partOf = (look: Look & { part: number }) =>
  PAGES.filter(({ path }, index) => (isShort(look) ? ON_A_PHONE.includes(path) : index % PARTS === look.part));

/** A folder for pictures of every page. */
const SHOTS = process.env.ADMIN_SHOTS;

const handlers = [
  { name: 'quick', handle: () => Promise.resolve('done') },
  { name: 'broken', maxAttempts: 1, handle: () => Promise.reject(new Error('The service answered 502.')) },
  { name: 'long', handle: ({ signal }: { signal: AbortSignal }) => new Promise((ok) => signal.addEventListener('abort', ok)) },
];

describeChromium('the admin pages in a browser', () => {
  let server: TestApplication;
  let browser: TestBrowser;
  let ids: { EXECUTION: string; SCHEDULE: string };

  const submit = async (name: string): Promise<string> => {
    const { body } = await server.http<AcceptedExecution>('POST', `/tasks/${name}/execute/api`, { params: { topic: `about ${name}` } });
    return body.executionId;
  };
  const create = async (path: string, body: object): Promise<string> => (await server.http<{ id: string }>('POST', path, body)).body.id;

  beforeAll(async () => {
    await ensureAdminBuilt();
    server = await startApplication({ handlers: handlers as never });
    const [failed] = await Promise.all(['broken', 'quick', 'quick', 'long'].map(submit));
    const trigger = { type: 'cron', expression: '0 3 * * *' };
    const schedule = await create('/schedules', { name: 'nightly', taskName: 'quick', trigger });
    await create('/webhooks', { name: 'example', url: 'https://example.com/hook' });
    await create('/budgets', { name: 'all models', period: 'month', amountMicros: 5_000_000, currency: 'CNY' });
    ids = { EXECUTION: failed as string, SCHEDULE: schedule };
    const isFailed = async () => (await server.http('GET', `/executions/${ids.EXECUTION}`)).body.status === 'failed';
    await waitFor(isFailed, { what: 'the failure' });
    browser = await TestBrowser.launch(server.url, server.key);
  });
  afterAll(async () => {
    await browser?.close();
    await server.close();
  });

  const addressOf = (path: string): string => path.replace('EXECUTION', ids.EXECUTION).replace('SCHEDULE', ids.SCHEDULE);

  it.each(CASES)('every address loads without an error and without a barrier ($scheme, $language, $width px, part $part)', async (look) => {
    const { page, errors } = await browser.open(look);
    const found: string[] = [];
    for (const [index, { path, settled }] of partOf(look).entries()) {
      // An address that is loaded anew takes four times as long as one that the page goes to by itself.
      if (index === 0 || (ALL && look.width === 1440)) await page.goto(addressOf(path));
      else await goWithin(page, addressOf(path));
      await page.locator(settled).first().waitFor({ timeout: 20_000 });
      if (ALL || ON_A_PHONE.includes(path)) found.push(...(await violationsOf(page)).map((violation) => `${path} ${violation}`));
      found.push(...errors.splice(0).map((error) => `${path} console: ${error}`));
      const overflow = await overflowOf(page);
      if (overflow > 0) found.push(`${path} is ${overflow} px too wide`);
      if (SHOTS !== undefined)
        await page.screenshot({ path: `${SHOTS}/${look.width}-${look.language}${path.replaceAll(/\W+/g, '-')}.png` });
    }
    expect(found).toEqual([]);
    expect(await page.locator('html').getAttribute('lang')).toBe(look.language === 'zh' ? 'zh-CN' : 'en');
    await page.context().close();
  });

  it('shows an execution that was submitted elsewhere, and follows it to its end', async () => {
    const { page, errors } = await browser.open(EN);
    await page.goto('/admin/executions');
    await page.getByRole('button', { name: /^Live/ }).waitFor();
    const id = await submit('long');
    await page.locator(`tr[data-id="${id}"]`).getByText('Running').waitFor();
    await page.locator(`tr[data-id="${id}"]`).getByRole('button', { name: 'long' }).click();
    const panel = page.getByRole('complementary', { name: 'long' });
    await panel.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    await panel.getByText('Cancelled').first().waitFor();
    await panel.getByText('End of the log').waitFor();
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it('follows queues and agents cell by cell, with the topics of the open page', async () => {
    const { page, errors } = await browser.open(EN);
    const streams: string[] = [];
    page.on(
      'request',
      (request) => request.url().includes('/events?') && streams.push(new URL(request.url()).searchParams.get('topics') ?? ''),
    );
    await page.goto('/admin/queues');
    await page.getByRole('button', { name: /^Live/ }).waitFor();
    const running = page.locator('tr[data-id="default"] td').nth(5);
    const before = Number(await running.innerText());
    // The list is not answered any more: what changes now was said by the stream.
    await page.route(
      ({ pathname }) => pathname === '/queues',
      () => undefined,
    );
    await submit('long');
    await waitFor(async () => Number(await running.innerText()) === before + 1, { what: 'the running task in the list' });
    await page.keyboard.press('g');
    await page.keyboard.press('w');
    await waitFor(async () => streams.at(-1) === 'agents,executions', { what: 'the topics of the next page' });
    expect(streams[0]).toBe('executions,queues');
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it('keeps filters and the selection in the address', async () => {
    const { page } = await browser.open(EN);
    await page.goto('/admin/executions');
    await page
      .getByRole('group', { name: 'State' })
      .getByRole('button', { name: /Failed/ })
      .click();
    await page.waitForURL(/\?status=failed$/);
    await page.getByRole('textbox', { name: 'Filter' }).fill('task:brok');
    await page.getByRole('option', { name: 'task:broken' }).click();
    await page.waitForURL(/status=failed&taskName=broken/);
    await page.reload();
    await page.getByRole('button', { name: 'Remove status:failed' }).waitFor();
    await page.getByRole('button', { name: 'broken', exact: true }).click();
    await page.waitForURL(/sel=/);
    await page.goBack();
    await page.waitForURL((url) => !url.searchParams.has('sel'));
    expect(await page.locator('tr[data-id]').count()).toBe(1);
    await page.context().close();
  });

  it('shows what a bulk action would do, and gives a receipt', async () => {
    const { page } = await browser.open(EN);
    await page.goto('/admin/executions?status=failed');
    await page.getByRole('checkbox', { name: 'Select all shown' }).check();
    const bar = page.getByRole('toolbar');
    await bar.getByRole('button', { name: 'Retry…' }).click();
    await bar.getByRole('button', { name: /^Retry 1$/ }).click();
    const receipt = bar.getByText(/Started as execution …/);
    await receipt.waitFor();
    expect(await receipt.isVisible()).toBe(true);
    await page.context().close();
  });

  it('takes no shortcut from an input method that composes', async () => {
    const { page } = await browser.open(EN);
    await page.goto('/admin/executions');
    const live = page.getByRole('button', { name: /^Live/ });
    await live.waitFor();
    await pressComposing(page, { key: 'p', isComposing: true });
    await pressComposing(page, { key: 'p', keyCode: 229 });
    await page.waitForTimeout(200);
    expect(await live.isVisible()).toBe(true);
    await page.keyboard.press('p');
    await page.getByRole('button', { name: 'Paused' }).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('p');
    expect(await page.getByRole('textbox', { name: 'Filter' }).inputValue()).toBe('p');
    expect(await page.getByRole('button', { name: 'Paused' }).isVisible()).toBe(true);
    await page.context().close();
  });

  it('changes language and theme, and goes to pages by the palette and by keys', async () => {
    const { page, errors } = await browser.open(EN);
    await page.goto('/admin/executions');
    await page.getByRole('button', { name: /中文/ }).click();
    await page.getByRole('heading', { level: 1, name: '执行记录' }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN');
    await page.keyboard.press('Control+k');
    await page.getByPlaceholder('输入页面名称或粘贴编号').fill('queues');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/admin\/queues$/);
    await page.keyboard.press('Escape');
    await page.locator('tr[data-id]').first().waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('h');
    await page.waitForURL(/\/admin\/health$/);
    await page.reload();
    await page.getByRole('heading', { level: 1, name: '健康' }).waitFor();
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it('asks who is not signed in, and then shows the page of the address', async () => {
    const { page, errors } = await browser.open(EN, { signedIn: false });
    let signedIn = false;
    const session = {
      kind: 'user',
      id: null,
      name: 'anna',
      role: 'viewer',
      permissions: ['tasks:read'],
      accountIds: null,
      expiresAt: null,
      authRequired: true,
    };
    await page.route('**/session', async (route) => {
      const request = route.request();
      if (request.method() === 'POST') signedIn = (request.postDataJSON() as { password?: string }).password === 'correct';
      if (signedIn) await route.fulfill({ json: session });
      else await route.fulfill({ status: 401, json: { status: 401, title: 'No session.', detail: '', code: 'unauthorized', traceId: '' } });
    });
    await page.goto('/admin/webhooks');
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.getByLabel('User name').fill('anna');
    await page.locator('input[name=password]').fill('wrong');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('not right').waitFor();
    await page.locator('input[name=password]').fill('correct');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('You may not see this page.').waitFor();
    expect(page.url()).toMatch(/\/admin\/webhooks$/);
    expect(errors.filter((error) => !/401/.test(error))).toEqual([]);
    await page.context().close();
  });
});

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { type CpuInfo, cpus } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { ensureAdminBuilt } from '../../scripts/build-admin.mjs';
import { Server } from '../process/server.ts';
import { BusyCalendar, POSTS, type Shown } from './busy-calendar.ts';
import { describeChromium, type Look, type OpenPage, TestBrowser, violationsOf } from './browser.ts';
import { waitFor } from '../support/wait-for.ts';

const EN: Look = { scheme: 'light', language: 'en', width: 1440 };
const SHOTS = process.env.ADMIN_SHOTS;
const LIMIT_MS = 300;
/** Other processes of a busy machine multiply the time that passes, so that it is judged only where processors are idle between the steps. */
const IDLE_SHARE = 0.25;
const MEASURED = 7;
const LINK = 'nav a[href$="/calendar"]';
/** Opens the calendar without a pointer on its link, so that nothing was read or loaded before. */
const KEYS = ['g', 'c'].map((key) => `dispatchEvent(new KeyboardEvent('keydown', { key: '${key}' }));`).join(' ');
const MONTH = 'input[type="radio"][value="month"]';

/** Runs `act`, and resolves to the milliseconds from it, or from the event that follows, until `isShown` is true and painted. */
const timing = (isShown: string, act: string): string => `new Promise((resolve, reject) => {
  let start = performance.now();
  const late = setTimeout(() => reject(new Error('the calendar shows ' + document.querySelector('main')?.textContent.slice(0, 300))), 20_000);
  const observer = new MutationObserver(() => {
    if (!${isShown}) return;
    observer.disconnect();
    clearTimeout(late);
    requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - start)));
  });
  observer.observe(document.body, { subtree: true, childList: true, attributes: true });
  ${act}
})`;
const click = (selector: string): string => `document.querySelector(${JSON.stringify(selector)}).click();`;
const DROP = `addEventListener('drop', () => { start = performance.now(); }, { capture: true, once: true });`;
/** The grid begins on the first of these days, and has or counts each of their posts. */
const grid = ({ days, posts }: Shown): string => `(() => {
  const grid = document.querySelector('[role="grid"]');
  if (grid?.querySelector('[data-day]')?.dataset.day !== '${days[0]}') return false;
  const counted = [...grid.querySelectorAll('[data-more]')].reduce((sum, { dataset }) => sum + Number(dataset.more), 0);
  return grid.querySelectorAll('[data-status]').length + counted === ${posts};
})()`;

/** The share of the time since `before` in which the processors had nothing to do. */
function idleShare(before: readonly CpuInfo[]): number {
  const sum = (all: readonly CpuInfo[], of: (times: CpuInfo['times']) => number) => all.reduce((total, { times }) => total + of(times), 0);
  const now = cpus();
  const since = (of: (times: CpuInfo['times']) => number): number => sum(now, of) - sum(before, of);
  return since(({ idle }) => idle) / since(({ user, nice, sys, idle, irq }) => user + nice + sys + idle + irq);
}

/** Lets the dates of a page begin at `now` and go on; timers and performance.now() stay as they are. */
const presentIs = (now: number): string => `{
  const ahead = ${now} - Date.now();
  const Real = Date;
  globalThis.Date = class extends Real {
    constructor(...parts) {
      super(...(parts.length > 0 ? parts : [Real.now() + ahead]));
    }
    static now = () => Real.now() + ahead;
  };
}`;

/** How long each page of the entries of a calendar took that was read since the timings were cleared. */
const readsOf = (page: Page): Promise<number[]> =>
  page.evaluate(
    `performance.getEntriesByType('resource').filter(({ name }) => /[/]pool[?]from=.*outcome_unknown/.test(name)).map(({ duration }) => duration)`,
  );

const sorted = (values: readonly number[]): number[] => values.toSorted((a, b) => a - b);
const median = (values: readonly number[]): number => sorted(values)[Math.floor(values.length / 2)] ?? Number.NaN;

describeChromium(`a calendar of ${POSTS} posts in a browser`, () => {
  const server = new Server();
  let browser: TestBrowser;
  let calendar: BusyCalendar;

  beforeAll(async () => {
    await ensureAdminBuilt();
    const url = await server.start();
    calendar = await BusyCalendar.create(server);
    browser = await TestBrowser.launch(url, readFileSync(join(server.dataDir, 'api-key'), 'utf8'));
  });
  const opened = async (look: Look): Promise<OpenPage> => {
    const open = await browser.open(look);
    await open.page.addInitScript(presentIs(calendar.now));
    return open;
  };
  afterAll(async () => {
    await browser?.close();
    await calendar?.close();
    await server.remove();
  });

  it.each(['week', 'month'] as const)(`shows ${POSTS} posts of a %s within ${LIMIT_MS} ms`, async (period) => {
    const atStart = cpus();
    await calendar.spread(period);
    const [week, month, next] = [await calendar.week(), await calendar.month(), await calendar.month(1)];
    const { page, errors } = await opened(EN);
    const session = await page.context().newCDPSession(page);
    // The time that the thread of the page had a processor: other processes of a busy machine do not count.
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    const workMs = async (): Promise<number> =>
      ((await session.send('Performance.getMetrics')).metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN) * 1_000;
    const answers: number[] = [];
    const taken = new Map<string, { wall: number[]; work: number[] }>();
    const measure = async (name: string, isShown: string, act: string, also = async (): Promise<void> => undefined): Promise<void> => {
      const figures = taken.get(name) ?? { wall: [], work: [] };
      taken.set(name, figures);
      const before = await workMs();
      const [ms] = await Promise.all([page.evaluate<number>(timing(isShown, act)), also()]);
      figures.wall.push(ms);
      figures.work.push((await workMs()) - before);
    };
    for (let nth = 0; nth < MEASURED; nth++) {
      await page.goto('/admin/');
      await page.locator('main section h2').first().waitFor();
      await page.waitForLoadState('networkidle');
      await page.evaluate('performance.clearResourceTimings()');
      await measure(`open the week of ${week.posts} posts by keys`, grid(week), KEYS);
      answers.push(...(await readsOf(page)));
      await page.goto('/admin/');
      await page.locator('main section h2').first().waitFor();
      await page.getByRole('link', { name: 'Calendar' }).hover(); // reads what the page shows first, as for a reader
      await waitFor(async () => (await readsOf(page)).length >= week.posts / 200, { what: 'the entries to be read' });
      await page.waitForLoadState('networkidle');
      await page.evaluate('performance.clearResourceTimings()');
      await measure(`open the week of ${week.posts} posts`, grid(week), click(LINK));
      expect(await readsOf(page)).toEqual([]);
      await measure(`change to the month of ${month.posts} posts`, grid(month), click(MONTH));
      if (SHOTS !== undefined && nth === 0) await page.screenshot({ path: `${SHOTS}/busy-${period}.png` });
      await measure('next month', grid(next), click('button[aria-label="Later"]'));
      await measure('back', grid(month), click('button[aria-label="Earlier"]'));
      await page.getByRole('link', { name: 'Accounts' }).click();
      await page.getByRole('heading', { level: 1, name: 'Accounts' }).waitFor();
      await page.waitForLoadState('networkidle');
      await measure('open it again', grid(week), click(LINK));
    }
    if (period === 'month') {
      await page.getByText('Month', { exact: true }).click();
      const card = page.locator('[data-status="pending"]').last();
      const id = await card.getAttribute('data-item');
      const from = String(await card.locator('xpath=ancestor::td').getAttribute('data-day'));
      const before = new Date(Date.parse(from) - 86_400_000).toISOString().slice(0, 10);
      for (let nth = 0; nth < MEASURED; nth++) {
        const target = `[data-day="${nth % 2 === 0 ? before : from}"]`;
        const drag = () => page.locator(`[data-item="${id}"]`).dragTo(page.locator(target));
        await measure('drop on another day', `document.querySelector('${target} [data-item="${id}"]')`, DROP, drag);
      }
    }
    const list = (values: readonly number[]): string => `${median(values).toFixed(0)} (${values.map((ms) => ms.toFixed(0)).join(' ')})`;
    const isIdle = idleShare(atStart) >= IDLE_SHARE;
    process.stdout.write(
      `${period}, processors idle ${(idleShare(atStart) * 100).toFixed(0)} %, a page of GET /pool: ${list(answers)} ms\n`,
    );
    for (const [name, { wall, work }] of taken) {
      process.stdout.write(`${period}, ${name}: ${list(wall)} ms, the page needs the processor for ${list(work)} ms\n`);
      expect({ name, isWithin: median(work) <= LIMIT_MS && (!isIdle || median(wall) <= LIMIT_MS) }).toEqual({ name, isWithin: true });
    }
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it.each([EN, { ...EN, scheme: 'dark' }, { ...EN, language: 'zh' }] as const)(
    'counts the posts that a day has no room for, and shows them on demand: %j',
    async (look) => {
      await calendar.spread('month');
      const { days, posts } = await calendar.month();
      const { page, errors } = await opened(look);
      await page.goto('/admin/calendar?view=month');
      const day = page.locator(`[data-day="${days[8]}"]`);
      const cards = day.locator('[data-status]');
      const more = day.locator('[data-more]');
      await more.waitFor();
      const counts = await page.locator('[data-more]').evaluateAll((all) => all.map((one) => Number(one.getAttribute('data-more'))));
      expect(counts.reduce((sum, count) => sum + count, await page.getByRole('grid').locator('[data-status]').count())).toBe(posts);
      expect(await violationsOf(page)).toEqual([]);
      if (SHOTS !== undefined) await page.screenshot({ path: `${SHOTS}/busy-${look.language}-${look.scheme}.png` });
      const [shown, counted] = [await cards.count(), Number(await more.getAttribute('data-more'))];
      await cards.last().focus();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await waitFor(async () => (await cards.count()) === shown + counted, { what: 'every post of the day' });
      if (SHOTS !== undefined) await page.screenshot({ path: `${SHOTS}/busy-${look.language}-${look.scheme}-open.png` });
      await page.keyboard.press('Enter');
      await waitFor(async () => (await cards.count()) === shown, { what: 'fewer posts of the day' });
      expect(errors).toEqual([]);
      await page.context().close();
    },
  );
});

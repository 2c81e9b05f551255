import type { Page } from 'playwright';
import { en } from '../../../admin/src/i18n/en/index.ts';
import { zh } from '../../../admin/src/i18n/zh/index.ts';
import type { Language, Newsroom } from './newsroom.ts';
import { TEXTS } from './newsroom-texts.ts';

/** One picture: an address, what has loaded, and what a reader does there before the picture and after it. */
export interface Scene {
  readonly name: string;
  readonly path: string;
  readonly settled: string;
  readonly before?: (page: Page) => Promise<void>;
  readonly after?: (page: Page) => Promise<void>;
}

const ROW = 'tr[data-id]';

/** In the order in which an editor works: a later picture shows what an earlier one did. */
export function editorScenes(room: Newsroom, language: Language): Scene[] {
  const t = language === 'zh' ? zh : en;
  const texts = TEXTS[language];
  /** A window of 1280 px hides them behind a button. */
  const showFacts = async (page: Page) => {
    await page.getByRole('button', { name: t.review.showFacts, exact: true }).click();
    await page.getByRole('complementary', { name: t.review.showFacts }).locator('h3, h2').first().waitFor();
  };
  const dialog = (page: Page) => page.getByRole('dialog');
  return [
    { name: 'today', path: '/admin/', settled: 'main ul h2' },
    {
      name: 'generate',
      path: '/admin/contents?generate=1',
      settled: '[role="dialog"] textarea',
      before: async (page) => dialog(page).getByLabel(t.generate.topic, { exact: true }).fill(texts.generate),
    },
    { name: 'review', path: `/admin/review?sel=${room.reviewId}`, settled: 'article h2', before: showFacts },
    {
      name: 'review-return',
      path: `/admin/review?sel=${room.reviewId}`,
      settled: 'article h2',
      before: async (page) => {
        await page.keyboard.press('r');
        await dialog(page).getByLabel(t.content.returnReasons.structure, { exact: true }).check();
        await dialog(page).getByLabel(t.review.note).fill(texts.note);
        await dialog(page).getByLabel(t.review.rewrite).check();
      },
      after: async (page) => {
        await dialog(page).getByRole('button', { name: t.review.returnTitle }).click();
        await dialog(page).waitFor({ state: 'hidden' });
      },
    },
    {
      name: 'review-approve',
      path: '/admin/review',
      settled: 'article h2',
      before: async (page) => {
        await page.keyboard.press('a');
        await page.getByText(t.review.approved('').trim()).first().waitFor();
      },
    },
    {
      name: 'calendar',
      path: `/admin/calendar?from=${room.monday}&view=week`,
      settled: 'td button[data-item]',
    },
    { name: 'pool', path: '/admin/pool', settled: ROW },
    { name: 'contents', path: '/admin/contents', settled: ROW },
    { name: 'content-thread', path: `/admin/contents/${room.publishedId}`, settled: 'article h2' },
    { name: 'topics', path: `/admin/topics?accountId=${room.accountId}`, settled: ROW },
    { name: 'account', path: `/admin/accounts/${room.accountId}`, settled: 'main dl' },
  ];
}

export function operatorScenes(room: Newsroom): Scene[] {
  return [
    { name: 'executions', path: '/admin/executions?since=1h', settled: ROW },
    {
      name: 'executions-failed',
      path: `/admin/executions?since=1h&status=failed&sel=${room.failedId}`,
      settled: 'aside [role="log"] [data-level="error"]',
    },
    { name: 'execution', path: `/admin/executions/${room.retriedId}`, settled: '[role="log"] [data-level="error"]' },
    { name: 'queues', path: '/admin/queues?sel=reports', settled: 'aside dl' },
    { name: 'workers', path: '/admin/workers', settled: ROW },
    { name: 'schedules', path: `/admin/schedules?sel=${room.scheduleId}`, settled: 'aside dl' },
    { name: 'alerts', path: `/admin/alerts?sel=${room.alertId}`, settled: ROW },
    { name: 'health', path: '/admin/health', settled: 'article h2' },
    { name: 'webhooks', path: `/admin/webhooks?sel=${room.webhookId}`, settled: ROW },
    { name: 'audit', path: '/admin/audit', settled: ROW },
    { name: 'settings-users', path: '/admin/settings?tab=users', settled: ROW },
    { name: 'settings-keys', path: '/admin/settings?tab=keys', settled: ROW },
    { name: 'settings-budgets', path: '/admin/settings?tab=budgets', settled: ROW },
  ];
}
